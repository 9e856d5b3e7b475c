package offhook.config;

/// Reads how calls with a trunk are transferred.
final class TrunkTransferReader {

    /// Who does it.
    private enum By {
        REFER,
        BRIDGE
    }

    private static final Words<By> BY = Words.lowerCase(By.class);

    private TrunkTransferReader() {}

    static TransferTerms read(Section trunk) {
        boolean refer = BY.read(trunk, "transfer", By.BRIDGE) == By.REFER;
        if (refer && trunk.find("uri").isEmpty()) {
            trunk.find("transfer")
                    .ifPresent(v ->
                            v.problem(
                                    "to have the trunk transfer calls, 'uri' is needed: it"
                                            + " says where the numbers are"));
        }
        return new TransferTerms(refer, trunk.flag("accept-refer", false));
    }

    /// How the file writes who transfers.
    static String word(TransferTerms terms) {
        return BY.of(terms.refer() ? By.REFER : By.BRIDGE);
    }
}
