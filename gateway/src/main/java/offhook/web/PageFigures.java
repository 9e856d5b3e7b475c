package offhook.web;

/// What a page measured of its call at one moment; unknown figures are [Double#NaN].
/// [offhook.call.BrowserView] says what they are.
record PageFigures(
        String codec,
        String candidate,
        double roundTripMillis,
        double jitterMillis,
        double lossPercent,
        double bufferMillis,
        double mos,
        double received,
        double lost,
        double sent,
        double farLost) {

    /// Before the first message.
    static final PageFigures NONE =
            new PageFigures(
                    "",
                    "",
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN);
}
