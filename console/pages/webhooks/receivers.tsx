import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '../../../client/api.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { baseUrl } from '../../address.ts'
import { ListTable, useList } from '../../components/list.tsx'
import { Secret } from '../../components/secret.tsx'
import { State } from '../../components/state.tsx'
import { Failure, Nothing } from '../../components/states.tsx'
import { Ago } from '../../components/time.tsx'
import { CreateReceiver } from './create.tsx'
import { DeleteReceiver, RotateSecret } from './dialogs.tsx'
import { Ping } from './ping.tsx'
import { formats, type Receiver, type ShownSecret } from './receiver.ts'

type Dialog = { kind: 'rotate' | 'delete'; receiver: Receiver }

const key = ['receivers']

export function Receivers() {
  const { api } = useLongrun()
  const queries = useQueryClient()
  const list = useList(key, async ({ query, signal }) => {
    const page = await dataOf(api.GET('/webhookReceivers', { params: { query }, signal }))
    return { items: page.webhookReceivers, nextPageToken: page.nextPageToken }
  })
  const [dialog, setDialog] = useState<Dialog>()
  const [secret, setSecret] = useState<ShownSecret>()
  const [error, setError] = useState<unknown>()
  const [ping, setPing] = useState<{ receiver: Receiver; deliveryId: string }>()
  const refresh = () => queries.invalidateQueries({ queryKey: key })

  async function act(action: () => Promise<unknown>) {
    setError(undefined)
    await action().catch(setError)
    await refresh()
  }
  const at = ({ receiverId }: Receiver) => ({ params: { path: { receiverId } } })
  const enable = (receiver: Receiver) => dataOf(api.POST('/webhookReceivers/{receiverId}:enable', at(receiver)))
  const send = async (receiver: Receiver) => {
    const { deliveryId } = await dataOf(api.POST('/webhookReceivers/{receiverId}:ping', at(receiver)))
    setPing({ receiver, deliveryId })
  }

  return (
    <>
      {secret && (
        <Secret title={secret.title} secret={secret.secret} label="the secret" onClose={() => setSecret(undefined)} />
      )}
      <CreateReceiver
        onCreated={(created) => {
          setSecret(created)
          void refresh()
        }}
      />
      <h2>Receivers</h2>
      {error !== undefined && <Failure error={error} />}
      {ping && <Ping key={ping.deliveryId} {...ping} onClose={() => setPing(undefined)} />}
      <ListTable
        list={list}
        caption="Webhook receivers"
        columns={['Receiver', 'Events', 'Format', 'State', 'Created', 'Actions']}
        empty={<NoReceivers />}
        row={(receiver) => (
          <tr key={receiver.receiverId}>
            <td>
              <span className="break">{receiver.url}</span>
              {receiver.description && <p className="quiet">{receiver.description}</p>}
            </td>
            <td>{receiver.events.join(', ')}</td>
            <td>{formats[receiver.format]}</td>
            <td>
              <State state={receiver.state} tone={receiver.state === 'ENABLED' ? 'good' : 'bad'} />
              {receiver.disabledReason === 'GONE' && <p className="quiet">It answered 410.</p>}
            </td>
            <td>
              <Ago at={receiver.createdAt} />
            </td>
            <td className="row">
              <button type="button" onClick={() => void act(() => send(receiver))}>
                Ping
              </button>
              {receiver.state === 'DISABLED' && (
                <button type="button" onClick={() => void act(() => enable(receiver))}>
                  Enable
                </button>
              )}
              <button type="button" onClick={() => setDialog({ kind: 'rotate', receiver })}>
                Rotate the secret
              </button>
              <button type="button" className="danger" onClick={() => setDialog({ kind: 'delete', receiver })}>
                Delete
              </button>
            </td>
          </tr>
        )}
      />
      {dialog?.kind === 'rotate' && (
        <RotateSecret receiver={dialog.receiver} onRotated={setSecret} onClose={() => setDialog(undefined)} />
      )}
      {dialog?.kind === 'delete' && (
        <DeleteReceiver receiver={dialog.receiver} onDeleted={refresh} onClose={() => setDialog(undefined)} />
      )}
    </>
  )
}

function NoReceivers() {
  return (
    <Nothing title="There are no receivers. Create one above, or with:">
      <pre>{`curl ${baseUrl}/api/v1/webhookReceivers -H "Authorization: Bearer $LONGRUN_API_KEY" \\
  -H 'Content-Type: application/json' -d '{"url": "https://hooks.example.com/longrun"}'`}</pre>
    </Nothing>
  )
}
