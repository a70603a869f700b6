import { Copy } from './copy.tsx'

type Props = { title: string; secret: string; label: string; onClose: () => void }

/** A secret that the service does not show again. It is nowhere but on the page until it is closed. */
export function Secret({ title, secret, label, onClose }: Props) {
  return (
    <section className="panel secret" aria-labelledby="secret-title">
      <h2 id="secret-title">{title}</h2>
      <p>Store it now: it is not shown again.</p>
      <p>
        <code className="break">{secret}</code>
      </p>
      <div className="row">
        <Copy text={secret} label={label} />
        <button type="button" onClick={onClose}>
          I have stored it
        </button>
      </div>
    </section>
  )
}
