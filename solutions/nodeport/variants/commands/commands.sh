# Expose the Deployment on a port of every node.
kubectl expose deployment nginx-deployment --name=nginx --type=NodePort --port=80
kubectl get service nginx
