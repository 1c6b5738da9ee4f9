extension CommandExamples {
    /// Of the commands that make objects.
    static let creating: [String: String] = [
        "create": #"""
            # Make what a manifest describes
            kubectl create -f pod.json

            # Make what is piped in
            cat pod.json | kubectl create -f -

            # Change a manifest in an editor before it is sent
            kubectl create -f registry.yaml --edit -o json
            """#,
        "create clusterrole": #"""
            # Let pods be read everywhere
            kubectl create clusterrole pod-reader --verb=get,list,watch --resource=pods

            # Only the pods of these names
            kubectl create clusterrole pod-reader --verb=get --resource=pods --resource-name=readablepod --resource-name=anotherpod

            # Scales of ReplicaSets of the group apps
            kubectl create clusterrole foo --verb=get,list,watch --resource=rs.apps,rs.apps/scale

            # A path that is no resource
            kubectl create clusterrole "foo" --verb=get --non-resource-url=/logs/*

            # What all roles with a label allow
            kubectl create clusterrole monitoring --aggregation-rule="rbac.example.com/aggregate-to-monitoring=true"
            """#,
        "create clusterrolebinding": #"""
            # Make two users and a group administrators
            kubectl create clusterrolebinding cluster-admin --clusterrole=cluster-admin --user=user1 --user=user2 --group=group1
            """#,
        "create configmap": #"""
            # A key for each file of a folder
            kubectl create configmap my-config --from-file=path/to/bar

            # Keys of your own for files
            kubectl create configmap my-config --from-file=key1=/path/to/bar/file1.txt --from-file=key2=/path/to/bar/file2.txt

            # Values from the command line
            kubectl create configmap my-config --from-literal=key1=config1 --from-literal=key2=config2

            # Lines KEY=VALUE of a file
            kubectl create configmap my-config --from-env-file=path/to/foo.env
            """#,
        "create cronjob": #"""
            # A job every minute
            kubectl create cronjob my-job --image=busybox --schedule="*/1 * * * *"

            # With a command
            kubectl create cronjob my-job --image=busybox --schedule="*/1 * * * *" -- date
            """#,
        "create deployment": #"""
            # One replica of an image
            kubectl create deployment my-dep --image=busybox

            # With a command
            kubectl create deployment my-dep --image=busybox -- date

            # Three replicas
            kubectl create deployment my-dep --image=nginx --replicas=3

            # Several containers
            kubectl create deployment my-dep --image=busybox:latest --image=ubuntu:latest --image=nginx
            """#,
        "create ingress": #"""
            # One host and path to a service, with TLS of a secret
            kubectl create ingress simple --rule="foo.com/bar=svc1:8080,tls=my-cert"

            # All paths of any host, for one class
            kubectl create ingress catch-all --class=otheringress --rule="/path=svc:port"

            # With annotations
            kubectl create ingress annotated --class=default --rule="foo.com/bar=svc:port" --annotation ingress.annotation1=foo --annotation ingress.annotation2=bla

            # With a service for all that no rule names
            kubectl create ingress ingdefault --class=default --default-backend=defaultsvc:http --rule="foo.com/*=svc:8080,tls=secret1"
            """#,
        "create job": #"""
            # A job of one pod
            kubectl create job my-job --image=busybox

            # With a command
            kubectl create job my-job --image=busybox -- date

            # At once, what a cron job does
            kubectl create job test-job --from=cronjob/a-cronjob
            """#,
        "create namespace": #"""
            # A namespace
            kubectl create namespace my-namespace
            """#,
        "create poddisruptionbudget": #"""
            # Keep one pod with the label app=rails
            kubectl create poddisruptionbudget my-pdb --selector=app=rails --min-available=1

            # Keep half of the pods with the label app=nginx
            kubectl create pdb my-pdb --selector=app=nginx --min-available=50%
            """#,
        "create priorityclass": #"""
            # A priority of 1000
            kubectl create priorityclass high-priority --value=1000 --description="high priority"

            # The priority of pods that name none
            kubectl create priorityclass default-priority --value=1000 --global-default=true --description="default priority"

            # One that drives no other pods away
            kubectl create priorityclass high-priority --value=1000 --description="high priority" --preemption-policy="Never"
            """#,
        "create quota": #"""
            # Limits of several things
            kubectl create quota my-quota --hard=cpu=1,memory=1G,pods=2,services=3,replicationcontrollers=2,resourcequotas=1,secrets=5,persistentvolumeclaims=10

            # For pods without requests and limits only
            kubectl create quota best-effort --hard=pods=100 --scopes=BestEffort
            """#,
        "create role": #"""
            # Let pods be read
            kubectl create role pod-reader --verb=get --verb=list --verb=watch --resource=pods

            # Resources of a group
            kubectl create role foo --verb=get,list,watch --resource=rs.apps

            # A subresource, too
            kubectl create role foo --verb=get,list,watch --resource=pods,pods/status
            """#,
        "create rolebinding": #"""
            # Give a role of the cluster to users and a group, in this namespace
            kubectl create rolebinding admin --clusterrole=admin --user=user1 --user=user2 --group=group1

            # Give it to a service account
            kubectl create rolebinding admin-binding --role=admin --serviceaccount=monitoring:sa-dev
            """#,
        "create secret docker-registry": #"""
            # With user and password
            kubectl create secret docker-registry my-secret --docker-server=DOCKER_REGISTRY_SERVER --docker-username=DOCKER_USER --docker-password=DOCKER_PASSWORD --docker-email=DOCKER_EMAIL

            # From Docker's own file
            kubectl create secret docker-registry my-secret --from-file=path/to/.docker/config.json
            """#,
        "create secret generic": #"""
            # A key for each file of a folder
            kubectl create secret generic my-secret --from-file=path/to/bar

            # Keys of your own for files
            kubectl create secret generic my-secret --from-file=ssh-privatekey=path/to/id_rsa --from-file=ssh-publickey=path/to/id_rsa.pub

            # Values from the command line
            kubectl create secret generic my-secret --from-literal=key1=supersecret --from-literal=key2=topsecret

            # Lines KEY=VALUE of a file
            kubectl create secret generic my-secret --from-env-file=path/to/foo.env
            """#,
        "create secret tls": #"""
            # From a certificate and its key
            kubectl create secret tls tls-secret --cert=path/to/tls.crt --key=path/to/tls.key
            """#,
        "create service clusterip": #"""
            # Port 5678 leads to port 8080 of the pods
            kubectl create service clusterip my-cs --tcp=5678:8080

            # Headless
            kubectl create service clusterip my-cs --clusterip="None"
            """#,
        "create service externalname": #"""
            # Another name for bar.com
            kubectl create service externalname my-ns --external-name bar.com
            """#,
        "create service loadbalancer": #"""
            # Port 5678 of the balancer leads to port 8080 of the pods
            kubectl create service loadbalancer my-lbs --tcp=5678:8080
            """#,
        "create service nodeport": #"""
            # Port 5678 leads to port 8080 of the pods
            kubectl create service nodeport my-ns --tcp=5678:8080
            """#,
        "create serviceaccount": #"""
            # A service account
            kubectl create serviceaccount my-service-account
            """#,
        "create token": #"""
            # A token for a service account of this namespace
            kubectl create token myapp

            # In another namespace
            kubectl create token myapp --namespace myns

            # For ten minutes
            kubectl create token myapp --duration 10m

            # Ending with an object
            kubectl create token myapp --bound-object-kind Secret --bound-object-name mysecret
            """#,
        "expose": #"""
            # Port 80 leads to port 8000 of the pods of a replication controller
            kubectl expose rc nginx --port=80 --target-port=8000

            # The same for what a file names
            kubectl expose -f nginx-controller.yaml --port=80 --target-port=8000

            # A pod, under another name
            kubectl expose pod valid-pod --port=444 --name=frontend

            # From a service, one of another port
            kubectl expose service nginx --port=443 --target-port=8443 --name=nginx-https

            # A deployment
            kubectl expose deployment nginx --port=80 --target-port=8000
            """#,
        "run": #"""
            # A pod of an image
            kubectl run nginx --image=nginx

            # With a port
            kubectl run hazelcast --image=hazelcast/hazelcast --port=5701

            # With variables and labels
            kubectl run hazelcast --image=hazelcast/hazelcast --env="DNS_DOMAIN=cluster" --labels="app=hazelcast,env=prod"

            # Only show what would be made
            kubectl run nginx --image=nginx --dry-run=client

            # Take part in it, and never start it again
            kubectl run -i -t busybox --image=busybox --restart=Never

            # Other arguments, or another command
            kubectl run nginx --image=nginx -- <arg1> <arg2> ... <argN>
            kubectl run nginx --image=nginx --command -- <cmd> <arg1> ... <argN>
            """#,
    ]
}
