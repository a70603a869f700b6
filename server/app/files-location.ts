import { isAbsolute, join } from 'node:path'
import { type FilesLocation, parseFilesUrl } from '../files/location.ts'
import type { Config } from './config.ts'

/** Where uploads and result files are stored. */
export function filesLocation({ FILES_URL, DATA_DIR, FILES_MIN_FREE_BYTES: minFreeBytes }: Config): FilesLocation {
  const given = FILES_URL === undefined ? { folder: join(DATA_DIR, 'files') } : parseFilesUrl(FILES_URL)
  if ('bucket' in given) return given
  const { folder } = given
  return { kind: 'disk', folder: isAbsolute(folder) ? folder : join(process.cwd(), folder), minFreeBytes }
}
