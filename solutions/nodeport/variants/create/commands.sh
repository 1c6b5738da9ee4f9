set -e
name=web
kubectl create service nodeport "$name" --tcp=80:80
kubectl set selector service "$name" app=nginx
kubectl get service "$name" | grep NodePort && echo "exposed"
