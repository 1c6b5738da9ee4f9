extension Descriptions {
    static let storageTable: StaticString = #"""
core.v1.PersistentVolume A piece of storage of the cluster.
core.v1.PersistentVolumeSpec What a volume is and how it may be used.
 accessModes How many nodes or pods may use it, and how.
 capacity How large it is.
 claimRef The claim that it is bound to.
 mountOptions Options for mounting.
 nodeAffinity The nodes from which it can be reached.
 persistentVolumeReclaimPolicy What becomes of it when its claim goes.
 storageClassName The class it belongs to.
 volumeMode Whether it is a file system or a raw device.
core.v1.PersistentVolumeClaim Asks for storage.
core.v1.PersistentVolumeClaimSpec The storage that is asked for.
 accessModes How it is to be used.
 dataSource What the new volume is filled from.
 resources How much is asked for.
 selector The labels of the volumes that will do.
 storageClassName The class asked for; the default class when not given, none when empty.
 volumeMode Whether a file system or a raw device is wanted.
 volumeName The volume that it is bound to.
storage.v1.StorageClass Says how volumes of a class are made.
 allowVolumeExpansion Whether its volumes may grow.
 mountOptions Options for mounting its volumes.
 parameters Settings for the provisioner.
 provisioner Who makes the volumes.
 reclaimPolicy What becomes of a volume when its claim goes; Delete by default.
 volumeBindingMode Whether volumes are made at once or when the first pod is scheduled.
storage.v1.CSIDriver Tells how a storage driver is to be treated.
storage.v1.CSINode The storage drivers of a node.
storage.v1.VolumeAttachment Asks for a volume to be attached to a node.

"""#
}
