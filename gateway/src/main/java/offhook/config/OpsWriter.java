package offhook.config;

/// Writes health, records and what else operators have, the counterpart of [OpsReader] and of those
/// that it asks.
final class OpsWriter {

    private OpsWriter() {}

    static WrittenSection ops(OpsConfig ops) {
        return new WrittenSection()
                .putOrOff("listen", ops.listen())
                .put("token", ops.token())
                .putOrOff("black-box", ops.recording().blackBox().map(OpsWriter::blackBox))
                .put("hep", ops.recording().hep().map(OpsWriter::hep))
                .put("users", ConfigWriter.each(ops.users(), OpsWriter::user))
                .putOrOff("records", ops.records().map(OpsWriter::records))
                .put("doctor", doctor(ops.doctor()))
                .putOrOff("audit", ops.audit().map(OpsWriter::audit))
                .put("jmx", ops.jmx().map(OpsWriter::jmx))
                .put("probe", ops.probe().map(OpsWriter::probe));
    }

    private static WrittenSection blackBox(BlackBoxConfig box) {
        return new WrittenSection()
                .put("memory-mib", box.memoryBytes() / RecordingReader.MIB)
                .put("keep", RecordingReader.KEEP.of(box.keep()))
                .put("mos-below", box.mosBelow())
                .put("folder", box.folder())
                .put("keep-days", box.keepFor().toDays())
                .put("limit-mib", box.folderBytes() / RecordingReader.MIB)
                .put("rtp-headers", box.headers() ? "all" : "off")
                .put("rtp-headers-mib", box.headerCalls() / RecordingReader.CALLS_IN_A_MIB);
    }

    private static WrittenSection hep(HepConfig hep) {
        String host = hep.host().contains(":") ? "[" + hep.host() + "]" : hep.host();
        return new WrittenSection()
                .put("to", "udp://" + host + ":" + hep.port())
                .put("id", hep.id())
                .put("password", hep.password())
                .put("rtcp", hep.reports());
    }

    private static WrittenSection user(OpsUser user) {
        return new WrittenSection()
                .put("name", user.name())
                .put("role", user.role().key())
                .put("password-hash", user.passwordHash());
    }

    private static WrittenSection records(RecordsConfig records) {
        return new WrittenSection()
                .put("folder", records.folder())
                .put("url", RecordsReader.written(records.url()))
                .put("user", records.user())
                .put("password", records.password())
                .put("keep-days", records.keep().map(time -> time.toDays()));
    }

    private static WrittenSection doctor(DoctorConfig doctor) {
        return new WrittenSection()
                .put("keep-calls", doctor.keepCalls())
                .put("keep-megabytes", doctor.keepMegabytes());
    }

    private static WrittenSection audit(AuditConfig audit) {
        return new WrittenSection()
                .put("file", audit.file())
                .put("rotate-megabytes", audit.rotateBytes() / AuditReader.MEGABYTE);
    }

    private static WrittenSection jmx(JmxConfig jmx) {
        return new WrittenSection()
                .put("listen", jmx.listen())
                .put(
                        "tls",
                        new WrittenSection()
                                .put("certificate", jmx.tls().certificate())
                                .put("key", jmx.tls().key()))
                .put("users", ConfigWriter.each(jmx.users(), OpsWriter::user));
    }

    private static WrittenSection probe(ProbeConfig probe) {
        return new WrittenSection().put("every-seconds", probe.every());
    }
}
