package offhook.sdp;

/// How much a description may hold before it is refused unread.
///
/// @param maxLength characters
/// @param maxSections `m=` sections
/// @param maxAttributes `a=` lines of the session level and of each section
public record SdpLimits(int maxLength, int maxSections, int maxAttributes) {

    /// For phones and PBXs.
    public static final SdpLimits TRUNK = new SdpLimits(8 * 1024, 4, 64);

    /// For browsers: the video section that a page may offer beside audio has 130 lines.
    public static final SdpLimits BROWSER = new SdpLimits(16 * 1024, 4, 256);
}
