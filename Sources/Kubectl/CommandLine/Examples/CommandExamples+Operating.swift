extension CommandExamples {
    /// Of the commands that run things and look into them.
    static let operating: [String: String] = [
        "rollout": #"""
            # Rollback to the previous deployment
            kubectl rollout undo deployment/abc

            # Check the rollout status of a daemonset
            kubectl rollout status daemonset/foo

            # Restart a deployment
            kubectl rollout restart deployment/abc

            # Restart deployments with the 'app=nginx' label
            kubectl rollout restart deployment --selector=app=nginx
            """#,
        "rollout history": #"""
            # All revisions
            kubectl rollout history deployment/abc

            # One of them
            kubectl rollout history daemonset/abc --revision=3
            """#,
        "rollout pause": #"""
            # Changes have no effect until it is resumed
            kubectl rollout pause deployment/nginx
            """#,
        "rollout restart": #"""
            # All deployments of a namespace
            kubectl rollout restart deployment -n test-namespace

            # One
            kubectl rollout restart deployment/nginx

            # Those with a label
            kubectl rollout restart deployment --selector=app=nginx
            """#,
        "rollout resume": #"""
            # What was paused goes on
            kubectl rollout resume deployment/nginx
            """#,
        "rollout status": #"""
            # Wait until it is done
            kubectl rollout status deployment/nginx
            """#,
        "rollout undo": #"""
            # To the revision before
            kubectl rollout undo deployment/abc

            # To revision 3
            kubectl rollout undo daemonset/abc --to-revision=3

            # Only try
            kubectl rollout undo --dry-run=server deployment/abc
            """#,
        "scale": #"""
            # To three replicas
            kubectl scale --replicas=3 rs/foo

            # What a file names
            kubectl scale --replicas=3 -f foo.yaml

            # Only from two
            kubectl scale --current-replicas=2 --replicas=3 deployment/mysql

            # Several
            kubectl scale --replicas=5 rc/example1 rc/example2 rc/example3
            """#,
        "autoscale": #"""
            # Between 2 and 10 replicas
            kubectl autoscale deployment foo --min=2 --max=10

            # At 80% of the CPU requested
            kubectl autoscale rc foo --max=5 --cpu=80%

            # By memory, too
            kubectl autoscale deployment bar --min=3 --max=6 --cpu=500m --memory=200Mi
            """#,
        "set env": #"""
            # A variable
            kubectl set env deployment/registry STORAGE_DIR=/local

            # What variables there are
            kubectl set env deployment/sample-build --list
            kubectl set env pods --all --list

            # Only show what it would be
            kubectl set env deployment/sample-build STORAGE_DIR=/data -o yaml

            # All keys of a config map, with a prefix
            kubectl set env --from=configmap/myconfigmap --prefix=MYSQL_ deployment/myapp

            # Some keys of it
            kubectl set env --keys=my-example-key --from=configmap/myconfigmap deployment/myapp

            # Take one away
            kubectl set env deployments --all --containers="c1" ENV-

            # Those of this shell
            env | grep RAILS_ | kubectl set env -e - deployment/registry
            """#,
        "set image": #"""
            # Of two containers
            kubectl set image deployment/nginx busybox=busybox nginx=nginx:1.9.1

            # Of one container in all deployments and replication controllers
            kubectl set image deployments,rc nginx=nginx:1.9.1 --all

            # Of all containers
            kubectl set image daemonset abc *=nginx:1.9.1

            # In a file, without a server
            kubectl set image -f path/to/file.yaml nginx=nginx:1.9.1 --local -o yaml
            """#,
        "set resources": #"""
            # Limits of one container
            kubectl set resources deployment nginx -c=nginx --limits=cpu=200m,memory=512Mi

            # Requests and limits of all
            kubectl set resources deployment nginx --limits=cpu=200m,memory=512Mi --requests=cpu=100m,memory=256Mi

            # Take them away
            kubectl set resources deployment nginx --limits=cpu=0,memory=0 --requests=cpu=0,memory=0

            # In a file, without a server
            kubectl set resources -f path/to/file.yaml --limits=cpu=200m,memory=512Mi --local -o yaml
            """#,
        "set selector": #"""
            # Of a service just made
            kubectl create service clusterip my-svc --clusterip="None" -o yaml --dry-run=client | kubectl set selector --local -f - 'environment=qa' -o yaml | kubectl create -f -
            """#,
        "set serviceaccount": #"""
            # Of a deployment
            kubectl set serviceaccount deployment nginx-deployment serviceaccount1

            # In a file, without a server
            kubectl set sa -f nginx-deployment.yaml serviceaccount1 --local --dry-run=client -o yaml
            """#,
        "set subject": #"""
            # A service account more
            kubectl set subject clusterrolebinding admin --serviceaccount=namespace:serviceaccount1

            # Users and a group
            kubectl set subject rolebinding admin --user=user1 --user=user2 --group=group1
            """#,
        "certificate approve": #"""
            # A request
            kubectl certificate approve csr-sqgzp
            """#,
        "certificate deny": #"""
            # A request
            kubectl certificate deny csr-sqgzp
            """#,
        "cluster-info": #"""
            # Where the control plane is
            kubectl cluster-info
            """#,
        "cluster-info dump": #"""
            # To the screen
            kubectl cluster-info dump

            # Into a folder
            kubectl cluster-info dump --output-directory=/path/to/cluster-state

            # Of all namespaces
            kubectl cluster-info dump --all-namespaces
            """#,
        "top node": #"""
            # All nodes
            kubectl top node

            # One
            kubectl top node NODE_NAME
            """#,
        "top pod": #"""
            # All pods of the namespace
            kubectl top pod

            # Each container of one
            kubectl top pod POD_NAME --containers

            # By a label
            kubectl top pod -l name=myLabel
            """#,
        "cordon": #"""
            # No new pods for a node
            kubectl cordon foo
            """#,
        "uncordon": #"""
            # New pods for it again
            kubectl uncordon foo
            """#,
        "drain": #"""
            # Also pods that nobody will replace
            kubectl drain foo --force

            # With a quarter of an hour for each pod
            kubectl drain foo --grace-period=900
            """#,
        "taint": #"""
            # A taint
            kubectl taint nodes foo dedicated=special-user:NoSchedule

            # Take it away, with one effect or with all
            kubectl taint nodes foo dedicated:NoSchedule-
            kubectl taint nodes foo dedicated-

            # On the nodes with a label
            kubectl taint node -l myLabel=X dedicated=foo:PreferNoSchedule

            # Without a value
            kubectl taint nodes foo bar:NoSchedule
            """#,
        "logs": #"""
            # A pod of one container
            kubectl logs nginx

            # Several pods by a label, all containers
            kubectl logs -l app=nginx --all-containers=true

            # What a container wrote before it was started again
            kubectl logs -p -c ruby web-1

            # As it comes
            kubectl logs -f -c ruby web-1

            # The last twenty lines, or the last hour
            kubectl logs --tail=20 nginx
            kubectl logs --since=1h nginx

            # Of a job or a deployment
            kubectl logs job/hello
            kubectl logs deployment/nginx -c nginx-1
            """#,
        "attach": #"""
            # The first container of a pod
            kubectl attach mypod

            # Another one
            kubectl attach mypod -c ruby-container

            # With your keyboard
            kubectl attach mypod -c ruby-container -i -t

            # A pod of a replica set
            kubectl attach rs/nginx
            """#,
        "exec": #"""
            # A command in the first container
            kubectl exec mypod -- date

            # In another one
            kubectl exec mypod -c ruby-container -- date

            # A shell
            kubectl exec mypod -c ruby-container -i -t -- bash -il

            # With options of its own
            kubectl exec mypod -i -t -- ls -t /usr

            # In a pod of a deployment or of a service
            kubectl exec deploy/mydeployment -- date
            kubectl exec svc/myservice -- date
            """#,
        "port-forward": #"""
            # The same ports here as in the pod
            kubectl port-forward pod/mypod 5000 6000

            # To a pod of a deployment or of a service
            kubectl port-forward deployment/mydeployment 5000 6000
            kubectl port-forward service/myservice 8443:https

            # Another port here, or any
            kubectl port-forward pod/mypod 8888:5000
            kubectl port-forward pod/mypod :5000

            # For others, too
            kubectl port-forward --address 0.0.0.0 pod/mypod 8888:5000
            """#,
        "proxy": #"""
            # The whole API
            kubectl proxy --api-prefix=/

            # A folder beside it
            kubectl proxy --www=/my/files --www-prefix=/static/ --api-prefix=/api/

            # At any free port
            kubectl proxy --port=0
            """#,
        "cp": #"""
            # Into the first container of a pod, and out of it
            kubectl cp /tmp/foo_dir <some-pod>:/tmp/bar_dir
            kubectl cp <some-namespace>/<some-pod>:/tmp/foo /tmp/bar

            # Into another container
            kubectl cp /tmp/foo <some-pod>:/tmp/bar -c <specific-container>
            """#,
        "auth can-i": #"""
            # Whether you may create pods anywhere
            kubectl auth can-i create pods --all-namespaces

            # Whether you may do everything here
            kubectl auth can-i '*' '*'

            # Whether another may
            kubectl auth can-i list pods --as=system:serviceaccount:dev:foo -n prod

            # A subresource, or a path
            kubectl auth can-i get pods --subresource=log
            kubectl auth can-i get /logs/

            # Everything that you may do
            kubectl auth can-i --list --namespace=foo
            """#,
        "auth reconcile": #"""
            # Roles and bindings of a file
            kubectl auth reconcile -f my-rbac-rules.yaml
            """#,
        "auth whoami": #"""
            # Who the server takes you for
            kubectl auth whoami

            # As JSON
            kubectl auth whoami -o json
            """#,
        "debug": #"""
            # A container more in a pod
            kubectl debug mypod -it --image=busybox

            # Under a name of its own
            kubectl debug --image=myproj/debug-tools -c debugger mypod

            # In a copy of the pod
            kubectl debug mypod -it --image=busybox --copy-to=my-debugger

            # A copy with another command
            kubectl debug mypod -it --copy-to=my-debugger --container=mycontainer -- sh

            # A copy with other images
            kubectl debug mypod --copy-to=my-debugger --set-image=*=busybox

            # On a node
            kubectl debug node/mynode -it --image=busybox
            """#,
        "events": #"""
            # Of this namespace
            kubectl events

            # Of all namespaces
            kubectl events --all-namespaces

            # Of one pod, as they come
            kubectl events --for pod/web-pod-13je7 --watch

            # Only some types
            kubectl events --types=Warning,Normal
            """#,
    ]
}
