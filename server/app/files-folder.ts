import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from './config.ts'

/** The folder of uploads and result files. */
export function filesFolder({ FILES_URL: address, DATA_DIR: dataDir }: Config): string {
  const folder = address === undefined ? join(dataDir, 'files') : fileURLToPath(address)
  return isAbsolute(folder) ? folder : join(process.cwd(), folder)
}
