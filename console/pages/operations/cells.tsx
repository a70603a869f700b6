import { createColumnHelper, tableFeatures } from '@tanstack/react-table'
import { Copy } from '../../components/copy.tsx'
import { ProgressBar, Status } from '../../components/status.tsx'
import { Ago, duration, useNow } from '../../components/time.tsx'
import { href } from '../../router.ts'
import type { Row } from './row.ts'

export const features = tableFeatures({})
const column = createColumnHelper<typeof features, Row>()

export const columns = column.columns([
  column.display({
    id: 'status',
    header: 'Status',
    cell: ({ row: { original } }) => (
      <>
        <Status status={original.status} /> <code className="quiet">{original.errorCode}</code>
      </>
    ),
  }),
  column.display({
    id: 'type',
    header: 'Type',
    cell: ({ row: { original } }) => (
      <span title={original.summary}>
        {original.type} <bdi className="quiet">{original.summary}</bdi>
      </span>
    ),
  }),
  column.display({ id: 'id', header: 'Id', cell: ({ row: { original } }) => <Id id={original.operationId} /> }),
  column.display({
    id: 'labels',
    header: 'Labels',
    cell: ({ row: { original } }) => <Labels labels={original.labels} />,
  }),
  column.display({
    id: 'progress',
    header: 'Progress',
    cell: ({ row: { original } }) => !original.done && <ProgressBar operation={original} />,
  }),
  column.display({
    id: 'created',
    header: 'Created',
    cell: ({ row: { original } }) => <Ago at={original.createdAt} />,
  }),
  column.display({ id: 'duration', header: 'Duration', cell: ({ row: { original } }) => <Took row={original} /> }),
  column.display({
    id: 'attempt',
    header: 'Attempt',
    cell: ({ row: { original } }) => (original.attempt > 0 ? original.attempt : ''),
  }),
])

/** The last characters, because operations of the same time begin alike. */
function Id({ id }: { id: string }) {
  return (
    <span className="row">
      <a className="mono" href={href(`operations/${id}`)} title={id}>
        <span className="visually-hidden">{id.slice(0, -8)}</span>
        {id.slice(-8)}
      </a>
      <Copy text={id} label={id} />
    </span>
  )
}

function Labels({ labels }: { labels: Row['labels'] }) {
  const texts = Object.entries(labels).map(([key, value]) => `${key}:${value}`)
  return (
    <span className="tags row" title={texts.join('\n')}>
      {texts.map((text) => (
        <a key={text} href={href('operations', { label: text })} aria-label={`Show only the label ${text}`}>
          <bdi>{text}</bdi>
        </a>
      ))}
    </span>
  )
}

function Took({ row }: { row: Row }) {
  if (!row.done && row.startedAt !== undefined) return <Since at={row.startedAt} />
  return row.duration === undefined ? '' : duration(row.duration * 1000)
}

function Since({ at }: { at: string }) {
  return duration(Math.max(0, useNow() - Date.parse(at)))
}
