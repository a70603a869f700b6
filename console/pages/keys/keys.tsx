import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '../../../client/api.ts'
import { useLongrun } from '../../../client/react/index.ts'
import type { components } from '../../../generated/schema.ts'
import { baseUrl } from '../../address.ts'
import { Confirm } from '../../components/confirm.tsx'
import { ListTable, useList } from '../../components/list.tsx'
import { NeedsAdmin } from '../../components/needs-admin.tsx'
import { Secret } from '../../components/secret.tsx'
import { State } from '../../components/state.tsx'
import { Nothing } from '../../components/states.tsx'
import { Ago } from '../../components/time.tsx'
import { CreateKey } from './create.tsx'

type Key = components['schemas']['Key']

const queryKey = ['keys']
const tones = { ACTIVE: 'good', EXPIRED: 'quiet', REVOKED: 'bad' } as const

export function Keys() {
  const { api } = useLongrun()
  const queries = useQueryClient()
  const list = useList(queryKey, async ({ query, signal }) => {
    const { keys, nextPageToken } = await dataOf(api.GET('/keys', { params: { query }, signal }))
    return { items: keys, nextPageToken }
  })
  const [created, setCreated] = useState<{ name: string; key: string }>()
  const [revoking, setRevoking] = useState<Key>()
  const refresh = () => queries.invalidateQueries({ queryKey })

  async function revoke({ keyId }: Key) {
    await dataOf(api.DELETE('/keys/{keyId}', { params: { path: { keyId } } }))
    await refresh()
  }

  return (
    <NeedsAdmin what="the keys of the owner" error={list.error}>
      {created && (
        <Secret
          title={`Key ${created.name}`}
          secret={created.key}
          label="the key"
          onClose={() => setCreated(undefined)}
        />
      )}
      <CreateKey
        onCreated={(key) => {
          setCreated(key)
          void refresh()
        }}
      />
      <h2>Keys</h2>
      <ListTable
        list={list}
        caption="API keys"
        columns={['Name', 'Key', 'Scopes', 'State', 'Created', 'Expires', 'Last used', 'Action']}
        empty={<NoKeys />}
        row={(key) => <Row key={key.keyId} shown={key} onRevoke={setRevoking} />}
      />
      {revoking && (
        <Confirm
          title={`Revoke ${revoking.name}?`}
          action={`Revoke ${revoking.prefix}…`}
          isDanger
          onAct={() => revoke(revoking)}
          onClose={() => setRevoking(undefined)}
        >
          <p>
            Requests with the key <code>{revoking.prefix}…</code> are refused within 30 seconds. It cannot be undone.
            Operations that it has submitted continue.
          </p>
        </Confirm>
      )}
    </NeedsAdmin>
  )
}

function Row({ shown, onRevoke }: { shown: Key; onRevoke: (key: Key) => void }) {
  const { name, prefix, scopes, state, createdAt, createdBy, expiresAt, lastUsedAt } = shown
  return (
    <tr>
      <td>
        <span className="break">{name}</span>
      </td>
      <td>
        <code>{prefix}…</code>
      </td>
      <td>{scopes.join(', ')}</td>
      <td>
        <State state={state} tone={tones[state]} />
      </td>
      <td>
        <Ago at={createdAt} /> <span className="quiet break">by {createdBy}</span>
      </td>
      <td>{expiresAt ? <Ago at={expiresAt} /> : 'never'}</td>
      <td>{lastUsedAt ? <Ago at={lastUsedAt} /> : 'never'}</td>
      <td>
        {state === 'ACTIVE' && (
          <button type="button" className="danger" onClick={() => onRevoke(shown)} aria-label={`Revoke ${name}`}>
            Revoke
          </button>
        )}
      </td>
    </tr>
  )
}

function NoKeys() {
  return (
    <Nothing title="No keys were created over HTTP or by the script. Keys of the configuration are not listed. Create one above, or with:">
      <pre>{`curl ${baseUrl}/api/v1/keys -H "Authorization: Bearer $LONGRUN_API_KEY" \\
  -H 'Content-Type: application/json' -d '{"name": "dashboard", "scopes": ["operations:read"]}'`}</pre>
    </Nothing>
  )
}
