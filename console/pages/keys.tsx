import { Audit } from './keys/audit.tsx'
import { Keys } from './keys/keys.tsx'

export default function KeysAndAudit() {
  return (
    <>
      <h1>Keys and audit</h1>
      <Keys />
      <Audit />
    </>
  )
}
