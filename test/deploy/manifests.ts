import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'

export const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

export const dockerfile = read('Dockerfile')

/** The sources of the last stage: those of the context, and those of earlier stages. */
export const copies = [
  ...(dockerfile.split(/^FROM /m).at(-1) ?? '').matchAll(/^COPY (?:--from=(\w+) )?(.+) (\S+)$/gm),
].map(([, stage, sources = '', target = '']) => ({ stage, sources: sources.split(' '), target }))

export type Container = {
  name: string
  image: string
  args?: string[]
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[]
  ports?: { name: string; containerPort: number }[]
  securityContext: Record<string, unknown>
} & Partial<Record<`${'startup' | 'readiness' | 'liveness'}Probe`, { httpGet: { path: string; port: string } }>>

export type Manifest = {
  apiVersion: string
  kind: string
  metadata: { name: string }
  data?: Record<string, string>
  stringData?: Record<string, string>
  spec: {
    selector: { matchLabels: Record<string, string> }
    template: {
      metadata: { labels: Record<string, string> }
      spec: {
        containers: Container[]
        securityContext: Record<string, unknown>
        terminationGracePeriodSeconds: number
      }
    }
    scaleTargetRef: { name: string }
  }
}

const folder = 'deploy/kubernetes'
const { resources }: { resources: string[] } = parse(read(`${folder}/kustomization.yaml`))

/** Every manifest, those that are not part of the kustomization included. */
export const manifests: Manifest[] = [...resources, 'secret.example.yaml', 'keda.yaml'].flatMap((file) =>
  parseAllDocuments(read(`${folder}/${file}`)).map((document) => document.toJS()),
)

type Service = {
  image?: string
  build?: string
  environment?: Record<string, string>
  ports?: string[]
  command?: string[]
  read_only?: boolean
  stop_grace_period?: string
  volumes?: string[]
}

export const compose: { services: Record<string, Service>; volumes: Record<string, null> } = parse(
  read('deploy/compose.yaml'),
  { merge: true },
)

/** The variables that .env.example documents. */
export const documented = new Set(
  [...read('.env.example').matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name),
)
