import { describe, expect, it } from 'vitest'
import { type SignedRequest, signatureError } from '../support/s3/signature.ts'

// The examples of "Authenticating Requests (AWS Signature Version 4)" in the API reference of Amazon S3.
const key = { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const at = Date.parse('2013-05-24T00:00:00Z')
const host = 'examplebucket.s3.amazonaws.com'
const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const credential = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request'

const signed: SignedRequest = {
  method: 'GET',
  url: '/test.txt',
  headers: {
    host,
    range: 'bytes=0-9',
    'x-amz-content-sha256': empty,
    'x-amz-date': '20130524T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41`,
  },
  body: Buffer.alloc(0),
}
const presigned: SignedRequest = {
  method: 'GET',
  url: `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(credential)}&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
  headers: { host },
  body: Buffer.alloc(0),
}
const withHeader = (name: string, value: string) => ({ ...signed, headers: { ...signed.headers, [name]: value } })

describe('the verification of signatures in the tests', () => {
  it('accepts the examples of Amazon', () => {
    expect(signatureError(signed, key, at)).toBeUndefined()
    expect(signatureError(presigned, key, at + 86_400_000)).toBeUndefined()
  })

  it.each([
    ['another path', { ...signed, url: '/other.txt' }, 'SignatureDoesNotMatch'],
    ['another method', { ...signed, method: 'DELETE' }, 'SignatureDoesNotMatch'],
    ['one more parameter', { ...signed, url: '/test.txt?acl' }, 'SignatureDoesNotMatch'],
    ['another value of a signed header', withHeader('range', 'bytes=0-99'), 'SignatureDoesNotMatch'],
    ['another host', withHeader('host', 'other.s3.amazonaws.com'), 'SignatureDoesNotMatch'],
    ['another body', { ...signed, body: Buffer.from('x') }, 'XAmzContentSHA256Mismatch'],
    ['an unsigned x-amz- header', withHeader('x-amz-acl', 'public-read'), 'AccessDenied'],
    ['no signature', withHeader('authorization', ''), 'InvalidAccessKeyId'],
    ['another method of a presigned link', { ...presigned, method: 'HEAD' }, 'SignatureDoesNotMatch'],
    ['a later expiry', { ...presigned, url: presigned.url.replace('86400', '86401') }, 'SignatureDoesNotMatch'],
    [
      'an expiry of 8 days',
      { ...presigned, url: presigned.url.replace('86400', '691200') },
      'AuthorizationQueryParametersError',
    ],
    [
      'a header beside a presigned link',
      { ...presigned, headers: { host, authorization: 'Bearer x' } },
      'InvalidArgument',
    ],
  ])('refuses %s', (_, request, code) => {
    expect(signatureError(request as SignedRequest, key, at)).toBe(code)
  })

  it('refuses an old request, an expired link and another key', () => {
    expect(signatureError(signed, key, at + 901_000)).toBe('RequestTimeTooSkewed')
    expect(signatureError(presigned, key, at + 86_401_000)).toBe('AccessDenied')
    expect(signatureError(signed, { ...key, id: 'AKIAOTHER' }, at)).toBe('InvalidAccessKeyId')
    expect(signatureError(signed, { ...key, secret: 'other' }, at)).toBe('SignatureDoesNotMatch')
  })
})
