import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../server/app/config.ts'
import { filesLocation } from '../../server/app/files-location.ts'
import { parseFilesUrl } from '../../server/files/location.ts'

const defaults = { kind: 's3', prefix: '', pathStyle: false, downloads: 'redirect' }

describe('FILES_URL', () => {
  it.each([
    ['s3://bucket', { ...defaults, bucket: 'bucket' }],
    ['S3://bucket/', { ...defaults, bucket: 'bucket' }],
    ['s3://my.bucket-1/one/Two_3/', { ...defaults, bucket: 'my.bucket-1', prefix: 'one/Two_3/' }],
    ['s3://bucket/p?region=eu-west-1', { ...defaults, bucket: 'bucket', prefix: 'p/', region: 'eu-west-1' }],
    [
      's3://bucket?endpoint=http://minio:9000&pathStyle=true&downloads=stream&publicEndpoint=https://files.example.com',
      {
        ...defaults,
        bucket: 'bucket',
        region: 'us-east-1',
        endpoint: 'http://minio:9000',
        pathStyle: true,
        downloads: 'stream',
        publicEndpoint: 'https://files.example.com',
      },
    ],
  ])('%s', (address, location) => {
    expect(parseFilesUrl(address)).toMatchObject(location)
  })

  it('a folder, by default in DATA_DIR', () => {
    expect(parseFilesUrl('file:///var/lib/longrun')).toEqual({ folder: '/var/lib/longrun' })
    const of = (environment: Record<string, string>) => filesLocation(readConfig(environment))
    expect(of({ DATA_DIR: '/data' })).toEqual({ kind: 'disk', folder: '/data/files', minFreeBytes: 1_073_741_824 })
    expect(of({ FILES_URL: 's3://bucket' })).toMatchObject({ kind: 's3', bucket: 'bucket' })
  })

  it.each([
    ['canary', /must be an address like/],
    ['https://canary.s3.amazonaws.com', /must be an address like/],
    ['s3a://canary', /must be an address like/],
    ['file://canary/folder', /must name a folder of this machine/],
    ['s3:', /names no bucket/],
    ['s3://', /names no bucket/],
    ['s3:///canary', /names no bucket/],
    ['s3://AKIACANARY:canary@bucket/prefix', /must not contain a user or a password.*AWS_ACCESS_KEY_ID/],
    ['s3://canary@bucket', /must not contain a user or a password/],
    ['s3://Canary', /name of a bucket/],
    ['s3://ca', /name of a bucket/],
    [`s3://canary${'x'.repeat(64)}`, /name of a bucket/],
    ['s3://canary_1', /name of a bucket/],
    ['s3://canary..x', /name of a bucket/],
    ['s3://-canary', /name of a bucket/],
    ['s3://canary.', /name of a bucket/],
    ['s3://192.168.0.1', /name of a bucket/],
    ['s3://canary:9000/x', /name of a bucket/],
    ['s3://bucket/../canary', /must not contain \. or \.\./],
    ['s3://bucket/canary/./x', /must not contain \. or \.\./],
    ['s3://bucket/canary/..', /must not contain \. or \.\./],
    ['s3://bucket//canary', /valid prefix/],
    ['s3://bucket/%2e%2e/canary', /valid prefix/],
    ['s3://bucket/canary x', /valid prefix/],
    ['s3://bucket/canary\\x', /valid prefix/],
    ['s3://bucket/canary\n', /valid prefix/],
    [`s3://bucket/${'canary'.repeat(100)}`, /valid prefix/],
    ['s3://bucket/canary#x', /must not contain #/],
    ['s3://bucket?secretAccessKey=canary', /unknown parameter.*region, endpoint/],
    ['s3://bucket?toString=canary', /unknown parameter/],
    ['s3://bucket?region=eu-west-1&region=canary', /region twice/],
    ['s3://bucket?region=Canary', /region that is not a region/],
    ['s3://bucket?region=', /region that is not a region/],
    ['s3://bucket?endpoint=canary:9000', /endpoint that is not an address/],
    ['s3://bucket?endpoint=https://key:canary@s3.example.com', /endpoint that is not an address/],
    ['s3://bucket?endpoint=https://s3.example.com/canary', /endpoint that is not an address/],
    ['s3://bucket?publicEndpoint=ftp://canary', /publicEndpoint that is not an address/],
    ['s3://bucket?pathStyle=canary', /pathStyle that is not true or false/],
    ['s3://bucket?downloads=canary', /downloads that is not redirect or stream/],
  ])('%j is refused at the start, by name and reason, without the value', (address, reason) => {
    const refusal = () => readConfig({ FILES_URL: address })
    expect(refusal).toThrow(reason)
    expect(refusal).toThrow(/^FILES_URL /)
    expect(refusal).not.toThrow(/canary/i)
  })

  it('executors cannot be given the credentials', () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) {
      expect(() => readConfig({ EXECUTOR_ENV: name })).toThrow(/^EXECUTOR_ENV must be/)
    }
  })

  it('docs/files.md shows the permissions of deploy/s3/policy.json', () => {
    const text = (name: string) => readFileSync(join(import.meta.dirname, '../..', name), 'utf8')
    const shown = /```json\n([^`]+)```/.exec(text('docs/files.md'))?.[1] ?? ''
    expect(JSON.parse(shown)).toEqual(JSON.parse(text('deploy/s3/policy.json')))
  })
})
