const words = (text: string) => text.trim().split(/\s+/)

/** Addresses of all refused kinds. */
export const privateAddresses = words(`
  0.0.0.0 0.1.2.3 127.0.0.1 127.255.255.254
  10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1
  100.64.0.1 100.100.100.200 169.254.0.1 169.254.169.254 168.63.129.16
  192.0.0.1 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 192.88.99.1
  224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
  :: ::1 ::7f00:1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:0:7f00:1 ::ffff:8.8.8.8
  64:ff9b::7f00:1 64:ff9b:1::1 64:ff9b::8.8.8.8 2002:7f00:1:: 2002:a00:1::1 2001::1 2001:0:7f00:1::
  100::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 3fff::1 5f00::1 4000::1 e000::1
  fe80::1 fec0::1 fc00::1 fd00:ec2::254 fd12:3456::1 ff02::1`)

export const publicAddresses = words('8.8.8.8 1.1.1.1 172.32.0.1 93.184.215.14 2606:4700::1111 2a00:1450::1')

/** URLs that are refused without a name lookup. */
export const refusedUrls = [
  ...words(`
    http://example.com/ HTTP://example.com/ ftp://example.com/ file:///etc/passwd javascript:alert(1)
    gopher://example.com/ data:text/plain,x //example.com/ example.com https:// https:///x https:/example.com
    https://user@example.com/ https://user:password@example.com/ https://example.com@127.0.0.1/ https://:@example.com/
    https://example.com\\@127.0.0.1/ https:\\\\example.com/ https://example.com/#f https://exämple.com/
    https://１２７.0.0.1/ https://①②⑦.⓪.⓪.①/ https://127。0。0。1/
    https://localhost/ https://localhost./ https://LOCALHOST/ https://a.localhost/ https://printer/ https://printer./
    https://printer.local/ https://metadata.google.internal/ https://metadata.google.internal./
    https://2130706433/ https://017700000001/ https://0x7f000001/ https://0x7f.0.0.1/ https://0177.0.0.1/
    https://127.1/ https://127.0.1/ https://0/ https://127.0.0.1./ https://%31%32%37.0.0.1/ https://134744072/
    https://0x08080808/ https://010.8.8.8/ https://8.8.2056/ https://127.0.0.1:8443/
    https://[0:0:0:0:0:ffff:127.0.0.1]/ https://[::ffff:a9fe:a9fe]:443/ https://[fe80::1%25eth0]/`),
  // Refused ports: 0, and those of other protocols.
  ...[0, 1, 22, 25, 53, 110, 143, 465, 587, 993, 2049, 5060, 6000, 6667, 10080].map(
    (port) => `https://example.com:${port}/`,
  ),
  ...words(`
    https://example.com:00/ https://example.com:65536/ https://example.com:-1/ https://example.com:8o/ https://:8443/ https://?x https://./
    https://example.com./ https://example.com.:8443/ https://example..com/ https://.example.com/ https://-example.com/ https://example-.com/
    https://exa(mple).com/ https://exa*mple.com/ https://exa,mple.com/ https://exa~mple.com/ https://example.com%2f.example.org/
    https://example.com%00.example.org/ https://[2606:4700::1111%25eth0]/ https://[2606:4700::1111/
    https://[]/`),
  `https://${'a'.repeat(64)}.example.com/`,
  `https://${'a.'.repeat(126)}com/`,
  '',
  'https://example.com/a b',
  ' https://example.com/',
  'https://exa\tmple.com/',
  'https://example.com/\n',
  'https://example.com/\u0000',
  ...privateAddresses.map((address) => (address.includes(':') ? `https://[${address}]/` : `https://${address}/`)),
]

/** Allowed addresses that resemble refused ones. */
export const allowedUrls = words(`
  https://example.com/hook https://example.com:8443/a?b=c%20d https://8.8.8.8/ https://[2606:4700::1]/ https://EXAMPLE.com/ https://a_b.example.com/
  https://xn--exmple-cua.com/ https://example.com:443/ https://example.com:/ https://example.com:65535/ https://example.com:5870/
  https://%65xample.com/ https://${'a'.repeat(63)}.com/`)

/** Refused also with WEBHOOK_ALLOW_INSECURE, because no delivery could succeed. */
export const undeliverableUrls = words(
  'http://127.0.0.1:0/ http://localhost:0/hook http://localhost:6667/ http://local..host/ http://localhost./ https://[::1]:25/',
)

export const insecureUrls = words(
  'http://127.0.0.1:4000/hook http://localhost/ http://[::1]:4000/ https://printer.local/',
)
