package offhook.config;

/// How much the call doctor remembers of calls that are over.
///
/// @param keepCalls how many calls
/// @param keepMegabytes how much memory they may take together
public record DoctorConfig(int keepCalls, int keepMegabytes) {

    /// What is not configured.
    public static final DoctorConfig DEFAULT = new DoctorConfig(1000, 16);
}
