package offhook.trace;

import java.util.function.Supplier;
import offhook.call.CallId;

/// Is shown what passes of media's own control. On media loops: must neither wait nor throw.
public interface MediaTap {

    /// Nobody looks.
    MediaTap NONE =
            new MediaTap() {
                @Override
                public boolean wantsReports() {
                    return false;
                }

                @Override
                public void reported(PassedReport report) {}

                @Override
                public void captured(CallId call, Supplier<HeaderTape> headers) {}
            };

    /// Whether [#reported] is of use.
    boolean wantsReports();

    /// An RTCP packet passed.
    void reported(PassedReport report);

    /// A call is over of which headers were kept.
    ///
    /// @param headers makes them readable, on whatever thread
    void captured(CallId call, Supplier<HeaderTape> headers);
}
