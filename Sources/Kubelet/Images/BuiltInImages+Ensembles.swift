/// Databases of several members, as the tutorials on StatefulSets run them.
///
/// - Differs: members find each other and become ready; what is written to one is not known to the others.
extension BuiltInImages {
    static let ensembles: Group = [
        (
            ["cassandra", "google-samples/cassandra"],
            """
            kind: Image
            metadata: {name: cassandra}
            spec:
              sizeMB: 150
              startup: 20s
              ports: [7000, 7001, 7199, 9042]
              cost: {cpuMilliseconds: 0.8, idleMilliCPU: 30, idleMemoryMB: 700, concurrency: 1000}
              log: ["INFO  ${time:postgres} Starting listening for CQL clients on /0.0.0.0:9042 (unencrypted)..."]
              files:
                /ready-probe.sh: |
                  #!/bin/sh
                  if nodetool status | grep "${POD_IP:-$(hostname -i)} " | grep -q '^UN'; then
                    exit 0
                  fi
                  echo "Not Up"
                  exit 1
                /usr/bin/nodetool: |
                  #!/bin/sh
                  if ! nc -z 127.0.0.1 7199 2> /dev/null; then
                    echo "nodetool: Failed to connect to '127.0.0.1:7199' - ConnectException: 'Connection refused (Connection refused)'." >&2
                    exit 1
                  fi
                  own=${POD_IP:-$(hostname -i)}
                  case "$1" in
                  status)
                    seed=${CASSANDRA_SEEDS%%,*}
                    members=$( (echo "$own"; if [ -n "$seed" ]; then dig +short "${seed#*.}" | grep '^[0-9]'; fi) | sort -u)
                    count=$(echo "$members" | wc -l)
                    center=${CASSANDRA_DC:-datacenter1}
                    echo "Datacenter: $center"
                    echo "Datacenter: $center" | sed 's/./=/g'
                    echo "Status=Up/Down"
                    echo "|/ State=Normal/Leaving/Joining/Moving"
                    printf '%s  %-15s  %-10s  %-6s  %-16s  %-36s  %s\\n' -- Address Load Tokens 'Owns (effective)' 'Host ID' Rack
                    share=$((count < 3 ? 1000 : 2000 / count))
                    for member in $members; do
                      id=$(echo "$member" | md5sum | sed 's/^\\(........\\)\\(....\\)\\(....\\)\\(....\\)\\(............\\).*/\\1-\\2-\\3-\\4-\\5/')
                      printf '%s  %-15s  %-10s  %-6s  %-16s  %-36s  %s\\n' UN "$member" '83.57 KiB' 32 "$((share / 10)).$((share % 10))%" "$id" "${CASSANDRA_RACK:-rack1}"
                    done
                    echo ;;
                  info) printf 'ID                     : %s\\nGossip active          : true\\nNative Transport active: true\\nLoad                   : 83.57 KiB\\n' "$own" ;;
                  version) echo "ReleaseVersion: 3.11.2" ;;
                  esac
            """
        ),
        (
            ["zookeeper", "bitnami/zookeeper"],
            """
            kind: Image
            metadata: {name: zookeeper}
            spec:
              sizeMB: 130
              startup: 2s
              ports: [2181, 8080]
              cost: {cpuMilliseconds: 0.3, idleMilliCPU: 5, idleMemoryMB: 110, concurrency: 1000}
              routes: [{path: "/*", body: "ok\\n"}]
              log: ["${time:go} [myid:] - INFO  [main:o.a.z.s.NIOServerCnxnFactory@660] - binding to port 0.0.0.0/0.0.0.0:2181"]
            """
        ),
        (
            ["kubernetes-zookeeper", "google_samples/k8szk", "google-samples/k8szk"],
            """
            kind: Image
            metadata: {name: kubernetes-zookeeper}
            spec:
              sizeMB: 155
              run: shell
              command: [sh]
              user: 1000
              workdir: /opt/zookeeper/conf
              cost: {idleMilliCPU: 5, idleMemoryMB: 110}
              files:
                /usr/bin/start-zookeeper: |
                  #!/bin/sh
                  servers=1; data=/var/lib/zookeeper/data; log=/var/lib/zookeeper/log; conf=/opt/zookeeper/conf
                  client=2181; election=3888; server=2888; tick=2000; init=10; sync=5; connections=60; retain=3; purge=0; least=4000; most=40000; level=INFO
                  for word in "$@"; do
                    value=${word#*=}
                    case "$word" in
                    --servers=*) servers=$value ;; --data_dir=*) data=$value ;; --data_log_dir=*) log=$value ;; --conf_dir=*) conf=$value ;;
                    --client_port=*) client=$value ;; --election_port=*) election=$value ;; --server_port=*) server=$value ;;
                    --tick_time=*) tick=$value ;; --init_limit=*) init=$value ;; --sync_limit=*) sync=$value ;; --max_client_cnxns=*) connections=$value ;;
                    --snap_retain_count=*) retain=$value ;; --purge_interval=*) purge=$value ;; --min_session_timeout=*) least=$value ;;
                    --max_session_timeout=*) most=$value ;; --log_level=*) level=$value ;;
                    esac
                  done
                  host=$(hostname -s); domain=$(hostname -d); name=${host%-*}; ordinal=${host##*-}
                  case "$ordinal" in ''|*[!0-9]*) echo "Failed to parse name and ordinal of Pod"; exit 1 ;; esac
                  mkdir -p "$data" "$log" "$conf" || exit 1
                  echo $((ordinal + 1)) > "$data/myid" || exit 1
                  {
                    echo "#This file was autogenerated DO NOT EDIT"
                    echo "clientPort=$client"; echo "dataDir=$data"; echo "dataLogDir=$log"; echo "tickTime=$tick"; echo "initLimit=$init"; echo "syncLimit=$sync"
                    echo "maxClientCnxns=$connections"; echo "minSessionTimeout=$least"; echo "maxSessionTimeout=$most"
                    echo "autopurge.snapRetainCount=$retain"; echo "autopurge.purgeInteval=$purge"
                    number=1
                    while [ "$number" -le "$servers" ] && [ "$servers" -gt 1 ]; do
                      echo "server.$number=$name-$((number - 1)).$domain:$server:$election"; number=$((number + 1))
                    done
                  } > "$conf/zoo.cfg"
                  {
                    echo "zookeeper.root.logger=CONSOLE"; echo "zookeeper.console.threshold=$level"; echo 'log4j.rootLogger=${zookeeper.root.logger}'
                    echo "log4j.appender.CONSOLE=org.apache.log4j.ConsoleAppender"; echo 'log4j.appender.CONSOLE.Threshold=${zookeeper.console.threshold}'
                    echo "log4j.appender.CONSOLE.layout=org.apache.log4j.PatternLayout"; echo "log4j.appender.CONSOLE.layout.ConversionPattern=%d{ISO8601} [myid:%X{myid}] - %-5p [%t:%C{1}@%L] - %m%n"
                  } > "$conf/log4j.properties"
                  echo "$(date '+%F %T'),000 [myid:] - INFO  [main:QuorumPeerConfig@124] - Reading configuration from: $conf/zoo.cfg"
                  sleep 2
                  echo "$(date '+%F %T'),000 [myid:$((ordinal + 1))] - INFO  [main:NIOServerCnxnFactory@89] - binding to port 0.0.0.0/0.0.0.0:$client"
                  nc -lk -p "$server" &
                  nc -lk -p "$election" &
                  exec nc -lk -p "$client"
                /usr/bin/zookeeper-ready: |
                  #!/bin/sh
                  nc -z 127.0.0.1 "${1:-2181}" 2> /dev/null
                /usr/bin/zkCli.sh: |
                  #!/bin/sh
                  nodes=/var/lib/zookeeper/data/nodes
                  echo "Connecting to localhost:2181"
                  nc -z 127.0.0.1 2181 2> /dev/null || { echo "Exception: connection loss" >&2; exit 1; }
                  printf '\\nWATCHER::\\n\\nWatchedEvent state:SyncConnected type:None path:null\\n'
                  path=$nodes/$(echo "$2" | sed 's,/,%,g')
                  case "$1" in
                  create) if [ -e "$path" ]; then echo "Node already exists: $2"; else mkdir -p "$nodes"; printf '%s\\n' "$3" > "$path"; echo "Created $2"; fi ;;
                  get) if [ -e "$path" ]; then cat "$path"; else echo "Node does not exist: $2"; fi ;;
                  set) if [ -e "$path" ]; then printf '%s\\n' "$3" > "$path"; else echo "Node does not exist: $2"; fi ;;
                  delete|rmr|deleteall) if [ -e "$path" ]; then rm "$path"; else echo "Node does not exist: $2"; fi ;;
                  ls) echo "[$( (echo zookeeper; ls "$nodes" 2> /dev/null | sed 's/^%//') | sort | paste -sd, | sed 's/,/, /g')]" ;;
                  esac
            """
        ),
        (
            ["google-samples/xtrabackup", "xtrabackup"],
            """
            kind: Image
            metadata: {name: xtrabackup}
            spec:
              sizeMB: 110
              run: shell
              system: debian
              command: [bash]
              tools: [ncat, nc, mysql, mysqladmin]
              files:
                /usr/bin/xtrabackup: "#!/bin/sh\\necho 'completed OK!' >&2\\n"
                /usr/bin/xbstream: "#!/bin/sh\\ncat > /dev/null\\n"
            """
        ),
    ]
}
