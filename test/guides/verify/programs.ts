/**
 * For each language: the files of a program that reads messages as arguments (file of the body, id, timestamp, signatures, secret) and prints for
 * each whether the function of the guide accepts it.
 */
export type Program = { files: (code: string) => Record<string, string>; commands: string[][] }

export const programs: Record<string, Program> = {
  ts: {
    files: (code) => ({
      'verify.ts': `import { readFileSync } from 'node:fs'
${code}
const all = process.argv.slice(2)
for (let at = 0; at < all.length; at += 5) {
  const [file, id, timestamp, signatures, secret] = all.slice(at, at + 5) as [string, string, string, string, string]
  console.log(isGenuine(id, timestamp, signatures, readFileSync(file), secret))
}
`,
    }),
    commands: [['node', 'verify.ts']],
  },
  python: {
    files: (code) => ({
      'verify.py': `${code}
import sys
for at in range(1, len(sys.argv), 5):
    file, id, timestamp, signatures, secret = sys.argv[at:at + 5]
    print(str(is_genuine(id, timestamp, signatures, open(file, "rb").read(), secret)).lower())
`,
    }),
    commands: [['python3', 'verify.py']],
  },
  go: {
    files: (code) => ({
      'verify.go': `package main
${code.replace('import (', 'import (\n\t"fmt"\n\t"os"')}
func main() {
	for at := 1; at < len(os.Args); at += 5 {
		body, _ := os.ReadFile(os.Args[at])
		fmt.Println(IsGenuine(os.Args[at+1], os.Args[at+2], os.Args[at+3], body, os.Args[at+4]))
	}
}
`,
    }),
    commands: [['go', 'run', 'verify.go']],
  },
  php: {
    files: (code) => ({
      'verify.php': `<?php
${code}
for ($at = 1; $at < count($argv); $at += 5) {
    [$file, $id, $timestamp, $signatures, $secret] = array_slice($argv, $at, 5);
    echo is_genuine($id, $timestamp, $signatures, file_get_contents($file), $secret) ? "true\\n" : "false\\n";
}
`,
    }),
    commands: [['php', 'verify.php']],
  },
  java: {
    files: (code) => ({
      'Webhooks.java': code,
      'Verify.java': `class Verify {
  public static void main(String[] all) throws Exception {
    for (int at = 0; at < all.length; at += 5)
      System.out.println(Webhooks.isGenuine(all[at + 1], all[at + 2], all[at + 3],
          java.nio.file.Files.readAllBytes(java.nio.file.Path.of(all[at])), all[at + 4]));
  }
}
`,
    }),
    commands: [
      ['javac', 'Webhooks.java', 'Verify.java'],
      ['java', 'Verify'],
    ],
  },
}
