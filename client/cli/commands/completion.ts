import { Argument, type Command } from 'commander'

const shells = ['bash', 'zsh', 'fish'] as const

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('a script that completes commands and options; for example: source <(longrun completion bash)')
    .addArgument(new Argument('<shell>').choices(shells))
    .action((shell: (typeof shells)[number]) => void process.stdout.write(scripts[shell](wordsOf(program))))
}

/** What may follow each command, by its path without the name of the program: `''`, `schedule`, `schedule create`. */
type Words = ReadonlyMap<string, readonly string[]>

function wordsOf(command: Command, path: readonly string[] = [], known = new Map<string, string[]>()): Words {
  const global = path.length === 0 ? [] : optionsOf(rootOf(command))
  known.set(path.join(' '), [...command.commands.map((one) => one.name()), ...optionsOf(command), ...global, '--help'])
  for (const one of command.commands) wordsOf(one, [...path, one.name()], known)
  return known
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command
}

const optionsOf = ({ options }: Command) => options.flatMap(({ long }) => long ?? [])

/** Lines of a shell's `case`, one for each path. */
const cases = (words: Words) =>
  [...words].map(([path, following]) => `    '${path}') words='${following.join(' ')}' ;;`).join('\n')

/** The path is at most the first two words that are no options. */
const scripts: Record<(typeof shells)[number], (words: Words) => string> = {
  bash: (words) => `_longrun() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' words='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    case " $(_longrun_paths) " in *"|\${path:+$path }$word|"*) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases(words)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
_longrun_paths() { printf '%s' '|${[...words.keys()].join('|')}|'; }
complete -o default -F _longrun longrun
`,
  zsh: (words) => `#compdef longrun
_longrun() {
  local path='' words_found='' word paths='|${[...words.keys()].join('|')}|'
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ "$word" == -* ]] && continue
    [[ "$paths" == *"|\${path:+$path }$word|"* ]] && path="\${path:+$path }$word"
  done
  case "$path" in
${cases(words).replaceAll("words='", "words_found='")}
  esac
  compadd -- \${=words_found}
  _files
}
compdef _longrun longrun
`,
  fish: (words) =>
    [...words]
      .flatMap(([path, following]) =>
        following.map((word) => {
          const parts = path === '' ? [] : path.split(' ')
          const inPath = parts.map((part) => `__fish_seen_subcommand_from ${part}`)
          const subcommands = following.filter((one) => !one.startsWith('-'))
          const notDeeper = subcommands.length > 0 ? [`not __fish_seen_subcommand_from ${subcommands.join(' ')}`] : []
          const condition =
            [...inPath, ...(word.startsWith('-') && path !== '' ? [] : notDeeper)].join('; and ') || 'true'
          const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`
          return `complete -c longrun -n '${condition}' ${what}`
        }),
      )
      .join('\n')
      .concat('\n'),
}
