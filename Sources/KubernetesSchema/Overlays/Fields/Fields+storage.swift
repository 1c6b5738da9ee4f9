extension FieldTables {
    /// StorageClasses, CSI objects and VolumeAttachments.
    static let storage: StaticString = #"""
v1.CSIDriverSpec
 pointer fsGroupPolicy
 named fsGroupPolicy FSGroupPolicy File|None|ReadWriteOnceWithFSType
 named volumeLifecycleModes []VolumeLifecycleMode Ephemeral|Persistent
v1.CSIStorageCapacity
v1.StorageClass
 pointer reclaimPolicy volumeBindingMode
 named reclaimPolicy v1.PersistentVolumeReclaimPolicy Delete|Recycle|Retain
 named volumeBindingMode VolumeBindingMode Immediate|WaitForFirstConsumer
v1.VolumeAttachmentSource
 pointer persistentVolumeName
v1.VolumeError
 written time

"""#
}
