/// `kubectl completion`: scripts for shells that ask `__complete` what may come next.
enum CompletionCommand {
    static let command = Command(
        name: "completion", summary: "Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
        usage: "SHELL",
        run: { (invocation) throws(Failure) in
            guard let shell = invocation.arguments.first else { throw invocation.usage("Shell not specified.") }
            if invocation.arguments.count > 1 { throw invocation.usage("Too many arguments. Expected only the shell type.") }
            guard let script = scripts[shell] else { throw invocation.usage("Unsupported shell type \(goQuoted(shell)).") }
            invocation.out(script)
        })

    private static let scripts = ["bash": bash, "zsh": zsh, "fish": fish, "powershell": powershell]

    /// The line is split at blanks, since bash splits words at `=` and `:` too; an alias is asked in the words it stands for.
    private static let bash = #"""
        # bash completion for kubectl

        __start_kubectl()
        {
            local line=${COMP_LINE:0:COMP_POINT} words current program answer directive candidate
            read -ra words <<< "$line"
            [[ $line == *[[:space:]] ]] && words+=("")
            current=${words[${#words[@]}-1]}
            program=${BASH_ALIASES[${words[0]}]:-${words[0]}}
            answer=$(eval "$program __complete $(printf '%q ' "${words[@]:1}")" 2> /dev/null)
            directive=${answer##*:}
            answer=${answer%:*}
            [[ $directive =~ ^[0-9]+$ ]] || return
            COMPREPLY=()
            if ((directive & 8)); then
                while IFS= read -r candidate; do
                    [[ -n $candidate ]] && while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -X "!*.$candidate" -- "${current##*=}")
                done <<< "$answer"
                while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -d -- "${current##*=}")
                compopt -o filenames 2> /dev/null
                return
            fi
            if [[ $(type -t compopt) == builtin ]]; then
                ((directive & 2)) && compopt -o nospace
                ((directive & 4)) && compopt +o default
            fi
            # What stands before the last = or : is not part of the word that bash completes.
            local kept=${current%"${current##*[=:]}"}
            while IFS= read -r candidate; do
                [[ -n $candidate ]] && COMPREPLY+=("${candidate#"$kept"}")
            done <<< "$answer"
            # Descriptions are shown next to several candidates, and never put into the line.
            local index widest=0 name
            for index in "${!COMPREPLY[@]}"; do
                name=${COMPREPLY[index]%%$'\t'*}
                ((${#name} > widest)) && widest=${#name}
            done
            for index in "${!COMPREPLY[@]}"; do
                name=${COMPREPLY[index]%%$'\t'*}
                if ((${#COMPREPLY[@]} > 1)) && [[ ${COMPREPLY[index]} == *$'\t'* && $COMP_TYPE != 37 && $COMP_TYPE != 42 ]]; then
                    printf -v "COMPREPLY[index]" '%-*s  (%s)' "$widest" "$name" "${COMPREPLY[index]#*$'\t'}"
                else
                    COMPREPLY[index]=$name
                fi
            done
        }

        complete -o default -F __start_kubectl kubectl

        """#

    private static let zsh = #"""
        #compdef kubectl
        compdef _kubectl kubectl

        # zsh completion for kubectl

        _kubectl()
        {
            local program answer directive candidate
            local -a lines replies files options
            program=${aliases[${words[1]}]:-${words[1]}}
            answer=$(eval "$program __complete ${(j: :)${(@qq)words[2,CURRENT]}}" 2> /dev/null)
            lines=("${(@f)answer}")
            directive=${lines[-1]#:}
            [[ $directive == <-> ]] || return 1
            lines=("${(@)lines[1,-2]}")
            [[ ${words[CURRENT]} == -*=* ]] && compset -P '*='
            if ((directive & 8)); then
                for candidate in $lines; do files+=("*.$candidate"); done
                _files -g "(${(j:|:)files})"
                return
            fi
            for candidate in $lines; do
                [[ -z $candidate ]] && continue
                candidate=${candidate//:/\\:}
                replies+=("${candidate/$'\t'/:}")
            done
            ((directive & 2)) && options=(-S '')
            if ((${#replies})); then
                _describe -V 'completions' replies $options
            elif ! ((directive & 4)); then
                _files
            fi
        }

        # An autoloaded function is called by its own first call.
        if [ "$funcstack[1]" = "_kubectl" ]; then
            _kubectl
        fi

        """#

    private static let fish = #"""
        # fish completion for kubectl

        function __kubectl_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            set -l program $words[1]
            set -l lines (eval $program __complete (string escape -- $words[2..-1]) (string escape -- "$current") 2> /dev/null)
            set -l directive (string sub -s 2 -- $lines[-1])
            string match -qr '^[0-9]+$' -- $directive
            or return
            set -e lines[-1]
            # One word in any case: nothing but an empty list would leave nothing of what it stands before.
            set -l prefix (string match -r -- '^-.*=' "$current"; or echo '')
            if test (math "bitand($directive, 8)") -ne 0
                set -l part (string replace -r -- '^-.*=' '' "$current")
                for file in (__fish_complete_path "$part")
                    set -l name (string split -m 1 \t -- $file)[1]
                    if string match -q '*/' -- $name
                        echo $prefix$name
                    else
                        for ending in $lines
                            string match -q "*.$ending" -- $name; and echo $prefix$name
                        end
                    end
                end
                return
            end
            for line in $lines
                echo $prefix$line
            end
            if test (count $lines) -eq 0; and test (math "bitand($directive, 4)") -eq 0
                __fish_complete_path "$current"
            end
        end

        complete -c kubectl -e
        complete -c kubectl -f -k -a '(__kubectl_complete)'

        """#

    private static let powershell = #"""
        # powershell completion for kubectl

        Register-ArgumentCompleter -Native -CommandName 'kubectl' -ScriptBlock {
            param($WordToComplete, $CommandAst, $CursorPosition)
            $words = @($CommandAst.CommandElements | Where-Object { $_.Extent.EndOffset -le $CursorPosition } | ForEach-Object { $_.ToString() })
            $program = $words[0]
            $given = @($words | Select-Object -Skip 1)
            if ($WordToComplete -eq '') { $given += '""' }
            $lines = @(Invoke-Expression "$program __complete $($given -join ' ')" 2>$null)
            $lines | Where-Object { $_ -and -not $_.StartsWith(':') } | ForEach-Object {
                $name, $about = $_ -split "`t", 2
                if (-not $about) { $about = $name }
                [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $about)
            }
        }

        """#
}
