package offhook.sipws;

import java.util.Optional;
import offhook.call.Enclosed;
import offhook.call.ReplacedDialog;
import offhook.call.TransferOrder;
import offhook.sip.WireMessage;
import offhook.web.DialledNumber;

/// What a REFER of a phone comes to: a transfer to a number or an agent (RFC 5589 §6), or, with
/// `Replaces`, of the other parties of two calls of the agent's to each other (§7). On the desk's
/// owner.
sealed interface ReferWish {

    /// Something that the call can be asked for.
    record Transfer(TransferOrder order) implements ReferWish {}

    /// Something that cannot be.
    ///
    /// @param why in words for the one who asked
    record Refusal(int status, String why) implements ReferWish {}

    /// Makes of a REFER what can be asked for.
    ///
    /// @param by the call whose other party is to be led on
    static ReferWish read(PhoneCall by, WireMessage.Refer wanted) {
        if (wanted.replaced().isPresent()) {
            return joined(by, wanted.number(), wanted.replaced().get());
        }
        return DialledNumber.ofTarget(wanted.number())
                .<ReferWish>map(target -> to(by, target, Optional.empty()))
                .orElseGet(() -> new Refusal(404, "Refer-To names nobody that can be dialled"));
    }

    private static Transfer to(
            PhoneCall by, String target, Optional<TransferOrder.Takeover> takeover) {
        return new Transfer(
                new TransferOrder(
                        false,
                        PhoneDesk.SOURCE,
                        target,
                        PhoneDesk.shownParty(by.phone().user()),
                        takeover,
                        Enclosed.NOTHING));
    }

    /// Where nobody is to be dialled, the number only is what is shown until the other call has
    /// told better; SIP.js names our Contact.
    private static ReferWish joined(PhoneCall by, String number, ReplacedDialog named) {
        Optional<PhoneCall> found = by.leg().desk().phones().call(named);
        if (found.isEmpty()) {
            return new Refusal(481, "Replaces names no call of this gateway's phones");
        }
        PhoneCall other = found.get();
        if (!other.leg().agent().equals(by.leg().agent())) {
            return new Refusal(603, "Replaces names a call of another agent");
        }
        if (other.leg().id().call().equals(by.leg().id().call())) {
            return new Refusal(603, "Replaces names this call itself");
        }
        if (!other.isAnswered()) {
            return new Refusal(481, "the call that Replaces names is not answered");
        }
        if (named.earlyOnly()) {
            return new Refusal(486, "the call that Replaces names is answered already");
        }
        String shown =
                DialledNumber.of(number)
                        .filter(name -> !name.equals(PhoneDialog.CONTACT_USER))
                        .orElse("");
        return to(by, shown, Optional.of(new TransferOrder.Takeover.Here(other.leg().id())));
    }
}
