package offhook.config;

/// Reads `ops.doctor`.
final class DoctorReader {

    private static final int MOST_CALLS = 100_000;
    private static final int MOST_MEGABYTES = 1024;

    private DoctorReader() {}

    static DoctorConfig read(Section ops) {
        Section section = ops.section("doctor");
        DoctorConfig absent = DoctorConfig.DEFAULT;
        DoctorConfig read =
                new DoctorConfig(
                        section.integer("keep-calls", 0, MOST_CALLS, absent.keepCalls()),
                        section.integer(
                                "keep-megabytes", 1, MOST_MEGABYTES, absent.keepMegabytes()));
        section.done();
        return read;
    }
}
