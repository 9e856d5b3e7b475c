package offhook.sip;

import java.util.Optional;
import javax.sip.InvalidArgumentException;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.header.ContentEncodingHeader;
import javax.sip.header.ContentTypeHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import offhook.config.TrunkConfig;
import offhook.config.TrunkConfig.Dtmf;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The INFO requests of a trunk: digits, where it sends them so. They come without the packages of
/// RFC 6086, of which none is served. On JAIN-SIP's threads; keeps no state.
final class IncomingInfo {

    private static final Logger LOG = LogManager.getLogger(IncomingInfo.class);

    /// RFC 6086 §4.2.2.
    private static final int BAD_INFO_PACKAGE = 469;

    private final SipMessages messages;
    private final StatefulReply replies;

    IncomingInfo(SipMessages messages, StatefulReply replies) {
        this.messages = messages;
        this.replies = replies;
    }

    /// Whether digits of a trunk are taken so.
    static boolean takesDigits(TrunkConfig trunk) {
        Dtmf dtmf = trunk.dtmf();
        return dtmf == Dtmf.INFO || dtmf == Dtmf.AUTO;
    }

    /// An INFO of the dialog of a leg.
    void onInfo(ServerTransaction transaction, SipDialogLeg leg)
            throws SipException, InvalidArgumentException {
        Request request = transaction.getRequest();
        byte[] body = request.getRawContent();
        if (request.getHeader("Info-Package") != null) {
            replies.answer(transaction, BAD_INFO_PACKAGE);
            return;
        }
        if (body == null || body.length == 0) {
            replies.answer(transaction, Response.OK);
            return;
        }
        boolean takesDigits = takesDigits(leg.trunk());
        Optional<DtmfInfo.Form> form = takesDigits ? form(request) : Optional.empty();
        if (form.isEmpty()) {
            Response refusal = replies.to(request, Response.UNSUPPORTED_MEDIA_TYPE);
            messages.addAccept(refusal, takesDigits);
            transaction.sendResponse(refusal);
            return;
        }
        try {
            Optional<DtmfInfo> digit = DtmfInfo.read(form.get(), body);
            // Before the answer: the peer may send the next digit as soon as it has it.
            digit.ifPresent(leg::onDigit);
            replies.answer(transaction, Response.OK);
        } catch (SipRequestException e) {
            LOG.debug("bad digit in info leg={} because={}", leg.id(), e.explanation());
            replies.answer(transaction, e.verdict().sipStatus());
        }
    }

    private static Optional<DtmfInfo.Form> form(Request request) {
        ContentEncodingHeader encoding =
                (ContentEncodingHeader) request.getHeader(ContentEncodingHeader.NAME);
        boolean plain = encoding == null || encoding.getEncoding().equalsIgnoreCase("identity");
        return plain && request.getHeader(ContentTypeHeader.NAME) instanceof ContentTypeHeader type
                ? DtmfInfo.Form.of(type.getContentType(), type.getContentSubType())
                : Optional.empty();
    }
}
