extension Descriptions {
    static let workloadTable: StaticString = #"""
apps.v1.Deployment Keeps copies of a pod running and rolls changes out step by step.
apps.v1.DeploymentSpec What a Deployment keeps running.
 minReadySeconds How long a new pod must be ready before it counts as available.
 paused Whether changes are held back.
 progressDeadlineSeconds How long a rollout may stand still before it is reported as failed.
 replicas How many pods are wanted; 1 by default.
 revisionHistoryLimit How many old ReplicaSets are kept for undoing.
 selector Which pods belong to it; must match the template's labels, and cannot change.
 strategy How old pods give way to new ones.
 template The pod to run.
apps.v1.DeploymentStrategy How old pods give way to new ones.
 rollingUpdate Settings of the RollingUpdate type.
 type Recreate ends all old pods first; RollingUpdate replaces them bit by bit.
apps.v1.RollingUpdateDeployment The pace of a rolling update.
 maxSurge How many pods more than wanted there may be; a number or a percentage.
 maxUnavailable How many pods fewer than wanted may be available; a number or a percentage.
apps.v1.DeploymentStatus What was last observed of a Deployment.
 availableReplicas Pods that have been ready long enough.
 conditions Whether it is available and makes progress.
 observedGeneration The last change that the controller has seen.
 readyReplicas Pods that are ready.
 replicas All its pods.
 unavailableReplicas Pods that are still wanted.
 updatedReplicas Pods that are made from the present template.
apps.v1.ReplicaSet Keeps a number of equal pods running; mostly made by Deployments.
apps.v1.ReplicaSetSpec What a ReplicaSet keeps running.
 minReadySeconds How long a new pod must be ready before it counts as available.
 replicas How many pods are wanted; 1 by default.
 selector Which pods belong to it; cannot change.
 template The pod to run.
apps.v1.StatefulSet Runs pods with stable names and storage, in order.
apps.v1.StatefulSetSpec What a StatefulSet runs.
 minReadySeconds How long a new pod must be ready before it counts as available.
 ordinals How its pods are numbered.
 persistentVolumeClaimRetentionPolicy What becomes of its claims when it shrinks or goes.
 podManagementPolicy Whether pods start one after another or all at once.
 replicas How many pods are wanted; 1 by default.
 revisionHistoryLimit How many old revisions are kept.
 selector Which pods belong to it; cannot change.
 serviceName The headless service that gives its pods their DNS names.
 template The pod to run.
 updateStrategy How changes reach its pods.
 volumeClaimTemplates Claims that each pod gets one of.
apps.v1.DaemonSet Runs one pod on every node that fits.
apps.v1.DaemonSetSpec What a DaemonSet runs.
 minReadySeconds How long a new pod must be ready before it counts as available.
 revisionHistoryLimit How many old revisions are kept.
 selector Which pods belong to it; cannot change.
 template The pod to run on each node.
 updateStrategy How changes reach its pods.
apps.v1.ControllerRevision An earlier state of a StatefulSet or DaemonSet.
batch.v1.Job Runs pods until enough of them have succeeded.
batch.v1.JobSpec What a Job runs.
 activeDeadlineSeconds How long the Job may be active before it is stopped and counts as failed.
 backoffLimit How many failures are borne before the Job counts as failed; 6 by default.
 completionMode Whether each completion has an index of its own.
 completions How many pods must succeed.
 manualSelector Whether the selector is written by hand.
 parallelism How many pods may run at once.
 podFailurePolicy What each kind of failure leads to.
 podReplacementPolicy When a failed pod is replaced.
 selector Which pods belong to it; made by the system as a rule.
 suspend Whether the Job is held; its pods are then removed.
 template The pod to run.
 ttlSecondsAfterFinished How long the finished Job is kept.
batch.v1.CronJob Makes Jobs at set times.
batch.v1.CronJobSpec When Jobs are made, and of what.
 concurrencyPolicy What to do when the previous Job still runs.
 failedJobsHistoryLimit How many failed Jobs are kept; 1 by default.
 jobTemplate The Job to make.
 schedule The times, as five cron fields.
 startingDeadlineSeconds How late a Job may still be started.
 successfulJobsHistoryLimit How many successful Jobs are kept; 3 by default.
 suspend Whether no further Jobs are made.
 timeZone The time zone of the schedule.
autoscaling.v2.HorizontalPodAutoscaler Changes the number of pods to keep metrics near their targets.
autoscaling.v2.HorizontalPodAutoscalerSpec What is scaled, and by which metrics.
 behavior How fast it may scale up and down.
 maxReplicas The most pods there may be.
 metrics The metrics and their targets; the largest result counts.
 minReplicas The fewest pods there may be; 1 by default.
 scaleTargetRef The object that is scaled.
autoscaling.v1.HorizontalPodAutoscaler Changes the number of pods to keep their CPU use near a target.
autoscaling.v1.HorizontalPodAutoscalerSpec What is scaled.
 maxReplicas The most pods there may be.
 minReplicas The fewest pods there may be; 1 by default.
 scaleTargetRef The object that is scaled.
 targetCPUUtilizationPercentage The CPU use to aim at, in percent of the requests.
autoscaling.v1.Scale The number of copies of something that can be scaled.

"""#
}
