import { serve } from '@hono/node-server'
import { Hono } from 'hono'

/** The peer of a status read: Hono with the same response bytes from memory, in its own process. */
const body = JSON.parse(process.env.BODY ?? '{}')
const app = new Hono().get('/readyz', (c) => c.json({})).get('/read', (c) => c.json(body))
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT) })
