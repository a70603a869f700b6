import type { StoredFile } from './define.ts'

/** The fields that the results of all types with a file have. `expiresAt`: when the file is deleted. */
export function fileResult<Format extends string>(
  { url, sizeBytes }: Pick<StoredFile, 'url' | 'sizeBytes'>,
  { format, rowCount, expiresAt }: { format: Format; rowCount: number; expiresAt: Date },
) {
  return { downloadUrl: url, format, size: sizeBytes, rowCount, expiresAt: expiresAt.toISOString() }
}
