import { mkdir } from 'node:fs/promises'

/** Creates the data folder, unless it exists, for its user alone. A folder that exists is the operator's, and stays as it is. */
export async function makeDataFolder(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
}
