extension CommandExamples {
    /// Of the commands that show, change and compare objects.
    static let objects: [String: String] = [
        "get": #"""
            # Pods as a table
            kubectl get pods

            # With more columns
            kubectl get pods -o wide

            # One object by its name
            kubectl get replicationcontroller web

            # A resource of this version and group, as JSON
            kubectl get deployments.v1.apps -o json

            # What the server has of the objects of a file
            kubectl get -f pod.yaml -o json

            # One field
            kubectl get -o template pod/web-pod-13je7 --template={{.status.phase}}

            # Columns of your own
            kubectl get pod test-pod -o custom-columns=CONTAINER:.spec.containers[0].name,IMAGE:.spec.containers[0].image

            # Several resources, and several names
            kubectl get rc,services
            kubectl get rc/web service/frontend pods/web-pod-13je7

            # A subresource
            kubectl get pod web-pod-13je7 --subresource status

            # In one namespace, and in all
            kubectl get deployments.apps --namespace backend
            kubectl get pods --all-namespaces
            """#,
        "describe": #"""
            # A node
            kubectl describe nodes kubernetes-node-emt8.c.myproject.internal

            # A pod
            kubectl describe pods/nginx

            # What a file names
            kubectl describe -f pod.json

            # All pods, and those with a label
            kubectl describe pods
            kubectl describe pods -l name=myLabel

            # Pods whose names begin with those of a replication controller
            kubectl describe pods frontend
            """#,
        "edit": #"""
            # A service
            kubectl edit svc/registry

            # With another editor
            KUBE_EDITOR="nano" kubectl edit svc/registry

            # As JSON, in this version
            kubectl edit job.v1.batch/myjob -o json

            # Keep what was saved as the applied configuration
            kubectl edit deployment/mydeployment -o yaml --save-config

            # The status
            kubectl edit deployment mydeployment --subresource='status'
            """#,
        "delete": #"""
            # What a file names
            kubectl delete -f ./pod.json

            # Objects of several kinds by one name
            kubectl delete pod,service baz foo

            # By a label
            kubectl delete pods,services -l name=myLabel

            # Without waiting
            kubectl delete pod foo --now

            # A pod of a node that is gone
            kubectl delete pod foo --force

            # All pods
            kubectl delete pods --all

            # Ask first
            kubectl delete -i -f ./pod.json
            """#,
        "apply": #"""
            # What a file describes
            kubectl apply -f ./pod.json

            # What a folder with kustomization.yaml makes
            kubectl apply -k dir/

            # What is piped in
            cat pod.json | kubectl apply -f -

            # All .json files here
            kubectl apply -f '*.json'

            # Delete what has the label app=nginx and is not in the file
            kubectl apply --prune -f manifest.yaml -l app=nginx

            # Of config maps only
            kubectl apply --prune -f manifest.yaml --all --prune-allowlist=core/v1/ConfigMap
            """#,
        "apply edit-last-applied": #"""
            # As YAML
            kubectl apply edit-last-applied deployment/nginx

            # As JSON
            kubectl apply edit-last-applied -f deploy.yaml -o json
            """#,
        "apply set-last-applied": #"""
            # Take a file for what was applied last
            kubectl apply set-last-applied -f deploy.yaml

            # All files of a folder
            kubectl apply set-last-applied -f path/

            # Also where nothing was applied yet
            kubectl apply set-last-applied -f deploy.yaml --create-annotation=true
            """#,
        "apply view-last-applied": #"""
            # By name, as YAML
            kubectl apply view-last-applied deployment/nginx

            # By file, as JSON
            kubectl apply view-last-applied -f deploy.yaml -o json
            """#,
        "diff": #"""
            # A file
            kubectl diff -f pod.json

            # What is piped in
            cat service.yaml | kubectl diff -f -
            """#,
        "patch": #"""
            # Fields of a strategic merge patch in JSON, and in YAML
            kubectl patch node k8s-node-1 -p '{"spec":{"unschedulable":true}}'
            kubectl patch node k8s-node-1 -p $'spec:\n unschedulable: true'

            # What a file names
            kubectl patch -f node.json -p '{"spec":{"unschedulable":true}}'

            # The image of one container
            kubectl patch pod valid-pod -p '{"spec":{"containers":[{"name":"kubernetes-serve-hostname","image":"new image"}]}}'

            # The same by position
            kubectl patch pod valid-pod --type='json' -p='[{"op": "replace", "path": "/spec/containers/0/image", "value":"new image"}]'

            # The scale
            kubectl patch deployment nginx-deployment --subresource='scale' --type='merge' -p '{"spec":{"replicas":2}}'
            """#,
        "replace": #"""
            # With what a file describes
            kubectl replace -f ./pod.json

            # With what is piped in
            cat pod.json | kubectl replace -f -

            # With another image
            kubectl get pod mypod -o yaml | sed 's/\(image: myimage\):.*$/\1:v4/' | kubectl replace -f -

            # Delete it and make it again
            kubectl replace --force -f ./pod.json
            """#,
        "wait": #"""
            # Until a pod is ready
            kubectl wait --for=condition=Ready pod/busybox1

            # Until it is not
            kubectl wait --for=condition=Ready=false pod/busybox1

            # Until a field has a value
            kubectl wait --for=jsonpath='{.status.phase}'=Running pod/busybox1

            # Until it has any
            kubectl wait --for=jsonpath='{.status.loadBalancer.ingress}' service/loadbalancer

            # Until it is there
            kubectl wait --for=create secret/foo --timeout=30s

            # Until it is gone
            kubectl delete pod/busybox1
            kubectl wait --for=delete pod/busybox1 --timeout=60s
            """#,
        "kustomize": #"""
            # This folder
            kubectl kustomize

            # Another one
            kubectl kustomize /home/config/production
            """#,
        "label": #"""
            # A label
            kubectl label pods foo unhealthy=true

            # Another value for it
            kubectl label --overwrite pods foo status=unhealthy

            # All pods of the namespace
            kubectl label pods --all status=unhealthy

            # What a file names
            kubectl label -f pod.json status=unhealthy

            # Only in this version of the object
            kubectl label pods foo status=unhealthy --resource-version=1

            # Take a label away
            kubectl label pods foo bar-
            """#,
        "annotate": #"""
            # An annotation
            kubectl annotate pods foo description='my frontend'

            # What a file names
            kubectl annotate -f pod.json description='my frontend'

            # Another value for it
            kubectl annotate --overwrite pods foo description='my frontend running nginx'

            # All pods of the namespace
            kubectl annotate pods --all description='my frontend running nginx'

            # Take it away
            kubectl annotate pods foo description-
            """#,
        "explain": #"""
            # What a pod is made of
            kubectl explain pods

            # All fields, with those below
            kubectl explain pods --recursive

            # One field
            kubectl explain pods.spec.containers

            # In this version
            kubectl explain deployments --api-version=apps/v1

            # For programs
            kubectl explain deployment --output=plaintext-openapiv2
            """#,
    ]
}
