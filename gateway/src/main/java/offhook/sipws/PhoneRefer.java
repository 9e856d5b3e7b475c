package offhook.sipws;

import offhook.call.EndCause;
import offhook.call.TransferReport;
import offhook.sip.Identifiers;
import offhook.sip.WireMessage;

/// A REFER of a phone (RFC 3515 §2.4) and what the phone is told of it. On the desk's owner.
final class PhoneRefer {

    private static final int SUBSCRIBED_SECONDS = 180;

    private final PhoneCall call;
    private final WireMessage request;
    private final boolean subscribed;
    private boolean taken;

    PhoneRefer(PhoneCall call, WireMessage request) {
        this.call = call;
        this.request = request;
        this.subscribed =
                !request.header("refer-sub").orElse("true").strip().equalsIgnoreCase("false");
    }

    /// How the transfer goes.
    ///
    /// @return whether that was the last word
    boolean report(TransferReport report) {
        return switch (report) {
            case TransferReport.Trying _ -> {
                taken = true;
                call.phone()
                        .send(
                                MessageText.response(request, 202, call.dialog().localTag())
                                        .field("Contact", call.dialog().contact())
                                        .end());
                tell(100, false);
                yield false;
            }
            case TransferReport.Ringing _ -> {
                tell(180, false);
                yield false;
            }
            case TransferReport.Consulting _ -> false;
            case TransferReport.Done _ -> {
                tell(200, true);
                yield true;
            }
            case TransferReport.Failed(EndCause cause) -> {
                tell(failure(cause), true);
                yield true;
            }
            case TransferReport.Refused(EndCause cause) -> {
                if (taken) {
                    tell(failure(cause), true);
                } else {
                    call.refuse(request, failure(cause), cause.detail());
                }
                yield true;
            }
        };
    }

    private static int failure(EndCause cause) {
        return cause.sipCode() >= 300 && cause.sipCode() <= 699 ? cause.sipCode() : 480;
    }

    private void tell(int status, boolean over) {
        if (!subscribed) {
            return;
        }
        String branch = Identifiers.nextBranch();
        String state =
                over ? "terminated;reason=noresource" : "active;expires=" + SUBSCRIBED_SECONDS;
        call.phone()
                .ask(
                        branch,
                        call.dialog()
                                .request("NOTIFY", branch)
                                .field("Contact", call.dialog().contact())
                                .field("Event", "refer;id=" + request.number())
                                .field("Subscription-State", state)
                                .end(
                                        "message/sipfrag;version=2.0",
                                        "SIP/2.0 "
                                                + status
                                                + " "
                                                + WireMessage.phrase(status)
                                                + "\r\n"),
                        _ -> {});
    }

    /// The dialog ends: a REFER that waits for its answer gets one.
    void drop() {
        if (!taken) {
            call.answer(request, 487);
        }
    }
}
