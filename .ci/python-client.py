"""What programs do with the official Python client, each with what must come of it."""

import sys
import threading
import time

from kubernetes import client, config, watch
from kubernetes.stream import portforward, stream

config.load_kube_config()
core = client.CoreV1Api()
apps = client.AppsV1Api()
passed = failed = 0


def check(name, holds, seen=None):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(("ok    " if holds else "FAIL  ") + name + ("" if holds else f": {seen!r}"))


check("version", client.VersionApi().get_code().minor.startswith("36"))
check("nodes", len(core.list_node().items) > 0)

labels = {"app": "web"}
container = client.V1Container(name="c", image="nginx", ports=[client.V1ContainerPort(container_port=80)])
deployment = client.V1Deployment(
    metadata=client.V1ObjectMeta(name="web"),
    spec=client.V1DeploymentSpec(
        replicas=1,
        selector=client.V1LabelSelector(match_labels=labels),
        template=client.V1PodTemplateSpec(metadata=client.V1ObjectMeta(labels=labels), spec=client.V1PodSpec(containers=[container])),
    ),
)

seen = []


def look():
    for event in watch.Watch().stream(core.list_namespaced_pod, "default", timeout_seconds=60):
        seen.append((event["type"], event["object"].status.phase))
        if event["object"].status.phase == "Running":
            return


watcher = threading.Thread(target=look)
watcher.start()
time.sleep(0.5)
check("create", apps.create_namespaced_deployment("default", deployment).metadata.uid)
watcher.join(70)
check("watch", ("ADDED", "Pending") in seen and ("MODIFIED", "Running") in seen, seen)

for body in ({"spec": {"replicas": 2}}, [{"op": "replace", "path": "/spec/replicas", "value": 3}]):
    patched = apps.patch_namespaced_deployment("web", "default", body)
    check(f"patch {type(body).__name__}", patched.spec.replicas in (2, 3), patched.spec.replicas)
check("scale", apps.read_namespaced_deployment_scale("web", "default").spec.replicas == 3)
try:
    core.read_namespaced_pod("nosuch", "default")
    check("not found", False)
except client.ApiException as error:
    check("not found", error.status == 404 and error.reason == "Not Found", error)

pod = next(p for p in core.list_namespaced_pod("default", label_selector="app=web").items if p.status.phase == "Running").metadata.name
call = core.connect_get_namespaced_pod_exec
text = stream(call, pod, "default", command=["echo", "hello"], stderr=True, stdin=False, stdout=True, tty=False)
check("exec", text == "hello\n", text)
shell = stream(call, pod, "default", command=["sh"], stderr=True, stdin=True, stdout=True, tty=False, _preload_content=False)
shell.write_stdin("echo one; echo two >&2\n")
check("exec input", shell.readline_stdout(timeout=10) == "one", "")
check("exec errors", shell.readline_stderr(timeout=10) == "two", "")
shell.write_stdin("exit 4\n")
shell.run_forever(timeout=10)
check("exec status", shell.returncode == 4, shell.returncode)
check("log", isinstance(core.read_namespaced_pod_log(pod, "default"), str))

forwarded = portforward(core.connect_get_namespaced_pod_portforward, pod, "default", ports="80")
socket = forwarded.socket(80)
socket.setblocking(True)
socket.settimeout(10)
socket.sendall(b"GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n")
answer = b""
while True:
    piece = socket.recv(4096)
    if not piece:
        break
    answer += piece
    if b"</html>" in answer:
        break
check("port-forward", answer.startswith(b"HTTP/1.1 200 OK") and b"Welcome to nginx" in answer, answer[:200])
check("port-forward error", forwarded.error(80) is None, forwarded.error(80))
deleted = apps.delete_namespaced_deployment("web", "default")
check("delete", (deleted.get("status") if isinstance(deleted, dict) else deleted.status) == "Success", deleted)

custom = client.CustomObjectsApi()
metrics = custom.list_cluster_custom_object("metrics.k8s.io", "v1beta1", "nodes")
check("metrics", "items" in metrics, metrics)
check("groups", any(group.name == "apps" for group in client.ApisApi().get_api_versions().groups))

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
