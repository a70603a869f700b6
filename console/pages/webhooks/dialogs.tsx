import { useState } from 'react'
import { dataOf } from '../../../client/api.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { Confirm } from '../../components/confirm.tsx'
import { TextField } from '../../components/field.tsx'
import type { Receiver, ShownSecret } from './receiver.ts'

const daySeconds = '86400'

type RotateProps = { receiver: Receiver; onRotated: (secret: ShownSecret) => void; onClose: () => void }

export function RotateSecret({ receiver: { receiverId, url }, onRotated, onClose }: RotateProps) {
  const { api } = useLongrun()
  const [overlap, setOverlap] = useState(daySeconds)
  async function rotate() {
    const given = { params: { path: { receiverId } }, body: { overlap: Number(overlap) } }
    const { secret } = await dataOf(api.POST('/webhookReceivers/{receiverId}:rotateSecret', given))
    onRotated({ title: `New secret of ${url}`, secret })
  }
  return (
    <Confirm title="Rotate the secret?" action="Rotate the secret" onAct={rotate} onClose={onClose}>
      <p className="break">{url} gets a new secret, which is shown once.</p>
      <TextField
        label="Seconds during which messages are signed with the old secret, too"
        type="number"
        value={overlap}
        onChange={setOverlap}
        help="0 if the old secret has leaked."
      />
    </Confirm>
  )
}

type DeleteProps = { receiver: Receiver; onDeleted: () => Promise<unknown>; onClose: () => void }

export function DeleteReceiver({ receiver: { receiverId, url }, onDeleted, onClose }: DeleteProps) {
  const { api } = useLongrun()
  async function remove() {
    await dataOf(api.DELETE('/webhookReceivers/{receiverId}', { params: { path: { receiverId } } }))
    await onDeleted()
  }
  return (
    <Confirm title="Delete the receiver?" action="Delete the receiver" isDanger onAct={remove} onClose={onClose}>
      <p className="break">Messages to {url} that wait fail, and no further ones are sent.</p>
    </Confirm>
  )
}
