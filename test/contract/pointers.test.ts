import { expect, test } from 'vitest'
import { pointerTo } from '../../server/contract/problem.ts'

/** RFC 6901: a slash before each name, and no tilde but in `~0` and `~1`. */
const jsonPointer = /^(?:\/(?:[^~/]|~0|~1)*)*$/

test.each(['~', '/', '~/', 'a~'])('names of %j, however many, give a pointer', (name) => {
  for (let length = 0; length <= 80; length++) {
    for (let depth = 0; depth <= 6; depth++) {
      const path = Array.from({ length: depth }, () => `${'a'.repeat(length % 7)}${name.repeat(length)}`)
      expect(pointerTo(path)).toMatch(jsonPointer)
    }
  }
})
