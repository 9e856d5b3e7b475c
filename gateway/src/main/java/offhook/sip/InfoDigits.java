package offhook.sip;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import javax.sip.message.Response;
import offhook.call.LegId;
import offhook.sip.DtmfInfo.Form;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// The digits that one dialog sends by INFO: one transaction at a time, because two that are under
/// way may overtake each other, and then a PIN is wrong.
///
/// Any thread. What waits and what is under way move together by compare-and-set; whoever puts a
/// digit under way has the duty to send it. A digit that the peer does not take is given up, and
/// the call goes on.
final class InfoDigits {

    private static final Logger LOG = LogManager.getLogger(InfoDigits.class);

    /// A page's whole keypad buffer; a peer that answers slowly makes digits wait.
    private static final int MOST_WAITING = 64;

    /// Sends one INFO.
    interface Sender {
        /// Sends it now.
        ///
        /// @param token comes back to [#over] with the final response of the transaction
        /// @return false when it could not be sent; then [#over] is not called
        boolean info(DtmfInfo digit, Form form, Object token);
    }

    /// A digit that was sent and has no final response.
    private static final class UnderWay {
        private final DtmfInfo digit;
        private final Form form;

        UnderWay(DtmfInfo digit, Form form) {
            this.digit = digit;
            this.form = form;
        }
    }

    /// Where things stand.
    ///
    /// @param form the one that the peer takes, as far as is known
    /// @param refused whether the peer has refused a digit already
    private record Line(
            @Nullable UnderWay underWay, List<DtmfInfo> waiting, Form form, boolean refused) {}

    private final AtomicReference<Line> line =
            new AtomicReference<>(new Line(null, List.of(), Form.RELAY, false));

    private final LegId leg;
    private final Sender sender;
    private final BooleanSupplier ready;

    /// @param ready whether the dialog is confirmed and not over: nothing is sent before and after
    InfoDigits(LegId leg, Sender sender, BooleanSupplier ready) {
        this.leg = leg;
        this.sender = sender;
        this.ready = ready;
    }

    /// Queues a digit, and sends it if nothing is in its way.
    void add(DtmfInfo digit) {
        while (true) {
            Line now = line.get();
            if (now.waiting.size() == MOST_WAITING) {
                LOG.debug("digit given up leg={} because too many wait", leg);
                return;
            }
            List<DtmfInfo> waiting = new ArrayList<>(now.waiting);
            waiting.add(digit);
            if (line.compareAndSet(
                    now, new Line(now.underWay, List.copyOf(waiting), now.form, now.refused))) {
                sendNext();
                return;
            }
        }
    }

    /// Sends the next digit, if one waits and may be sent. To be called when the dialog is
    /// confirmed.
    void sendNext() {
        while (ready.getAsBoolean()) {
            Line now = line.get();
            if (now.underWay != null || now.waiting.isEmpty()) {
                return;
            }
            UnderWay next = new UnderWay(now.waiting.getFirst(), now.form);
            List<DtmfInfo> rest = List.copyOf(now.waiting.subList(1, now.waiting.size()));
            if (line.compareAndSet(now, new Line(next, rest, now.form, now.refused))
                    && (sender.info(next.digit, next.form, next) || !settle(next, 0))) {
                return;
            }
        }
    }

    /// The final response to an INFO has come.
    ///
    /// @param status of the response; 408 when none came
    void over(Object token, int status) {
        if (token instanceof UnderWay sent && settle(sent, status)) {
            sendNext();
        }
    }

    /// Ends what was under way.
    ///
    /// @return false when it was not under way any more
    private boolean settle(UnderWay sent, int status) {
        boolean otherForm = status == Response.UNSUPPORTED_MEDIA_TYPE && sent.form == Form.RELAY;
        boolean taken = otherForm || (status >= 200 && status <= 299);
        while (true) {
            Line now = line.get();
            if (now.underWay != sent) {
                return false;
            }
            List<DtmfInfo> waiting = new ArrayList<>(now.waiting);
            if (otherForm) {
                waiting.addFirst(sent.digit); // it is tried again and keeps its place
            }
            Line next =
                    new Line(
                            null,
                            List.copyOf(waiting),
                            otherForm ? Form.PLAIN : now.form,
                            now.refused || !taken);
            if (line.compareAndSet(now, next)) {
                if (!taken && !now.refused) {
                    LOG.warn(
                            "digit by INFO not taken leg={} status={}; of further ones nothing is"
                                    + " said",
                            leg,
                            status == 0 ? "unsent" : status);
                }
                return true;
            }
        }
    }
}
