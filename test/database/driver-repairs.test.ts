import net from 'node:net'
import { setImmediate } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.drop())

/** The driver with one connection, and a function that cuts the connection. */
function openDriver() {
  const { hostname: host, port } = new URL(database.url)
  let socket: net.Socket | undefined
  const open = () => {
    socket = net.connect({ host, port: Number(port) })
    return socket
  }
  const options = { max: 1, fetch_types: false, connect_timeout: 60, socket: open }
  const sql = postgres(database.url, options)
  onTestFinished(() => sql.end({ timeout: 1 }))
  return { sql, cut: () => socket?.destroy(new Error('cut')) }
}

const one = [{ one: 1 }]

test('a query that fails after some of its rows leaves no gaps in the next result', async () => {
  const { sql } = openDriver()
  await expect(sql`select 10 / (5 - n) as one from generate_series(1, 10) n`).rejects.toThrow(/division by zero/)
  expect([...(await sql`select 1 as one`)]).toEqual(one)
})

test('a query whose connection is terminated does not affect the next query', async () => {
  const { sql } = openDriver()
  for (let time = 0; time < 3; time += 1) {
    await expect(sql`select pg_terminate_backend(pg_backend_pid())`).rejects.toThrow()
    expect([...(await sql`select 1 as one`)]).toEqual(one)
  }
})

test('a query on a connection that breaks at that moment rejects, and the next query succeeds', async () => {
  const { sql, cut } = openDriver()
  await sql`select 1`
  cut()
  await setImmediate()
  // Before the socket reports that it is closed.
  await expect(sql`select 2`).rejects.toThrow(/CONNECTION_CLOSED/)
  expect([...(await sql`select 1 as one`)]).toEqual(one)
})
