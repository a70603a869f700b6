export async function benchPartitions(_server: string, _options: { rows: number }) {}
