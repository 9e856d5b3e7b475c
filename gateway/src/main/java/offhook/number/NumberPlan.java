package offhook.number;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import offhook.call.DialPlan;
import offhook.call.EndCause;
import offhook.config.NumbersConfig;

/// The numbers of the country that callers dial from. Any thread; keeps nothing.
///
/// What is dialled is made plain once: signs that only help to read it are taken away. It is not
/// decoded, translated or otherwise made into something else; what is no number then is refused.
public final class NumberPlan implements DialPlan {

    /// RFC 3966 §3: visual separators, and what people write besides.
    private static final Pattern SEPARATORS = Pattern.compile("[ ().\\-/]");

    private static final Pattern NUMBER = Pattern.compile("[+]?[0-9*#]{1,32}");

    /// Satellites and global networks (ITU-T E.164 list of assigned codes): nobody calls them by
    /// chance, and a minute costs what an hour costs elsewhere.
    private static final Set<Integer> COSTLY_CODES = Set.of(870, 878, 881, 882, 883, 979);

    /// International prefixes that some countries dial instead of `+`.
    private static final List<String> INTERNATIONAL = List.of("00", "011", "0011", "810");

    private final PhoneNumberUtil library = PhoneNumberUtil.getInstance();
    private final NumbersConfig config;

    public NumberPlan(NumbersConfig config) {
        this.config = config;
    }

    @Override
    public String meant(String called) {
        String plain = plain(called);
        if (!NUMBER.matcher(plain).matches() || isEmergency(called)) {
            return plain;
        }
        return parsed(plain, config.country())
                .filter(library::isValidNumber)
                .map(number -> library.format(number, PhoneNumberFormat.E164))
                .orElse(plain);
    }

    @Override
    public boolean isEmergency(String called) {
        return config.emergency().contains(plain(called));
    }

    @Override
    public Optional<EndCause> refuses(String called, String dialled) {
        if (!NUMBER.matcher(dialled).matches()) {
            return Optional.of(
                    EndCause.gateway(
                            "bad-number",
                            404,
                            28,
                            "only digits, *, # and a leading + are dialled"));
        }
        String plain = plain(called);
        boolean costly = isCostly(dialled) || (NUMBER.matcher(plain).matches() && isCostly(plain));
        if (costly && !isAllowed(meant(called)) && !isAllowed(plain)) {
            return Optional.of(
                    EndCause.gateway(
                            "number-blocked",
                            403,
                            21,
                            "premium-rate and satellite numbers are not called from here"));
        }
        return Optional.empty();
    }

    private static String plain(String called) {
        return SEPARATORS.matcher(called).replaceAll("");
    }

    private boolean isAllowed(String number) {
        return config.allow().stream()
                .anyMatch(allowed ->
                        allowed.endsWith("*")
                                ? number.startsWith(allowed.substring(0, allowed.length() - 1))
                                : number.equals(allowed));
    }

    /// Whether any reading of a number is one that costs: a trunk may read it as any of them.
    private boolean isCostly(String number) {
        return readings(number)
                .anyMatch(reading -> {
                    boolean costlyCode = COSTLY_CODES.contains(reading.getCountryCode());
                    return costlyCode
                            || library.getNumberType(reading) == PhoneNumberType.PREMIUM_RATE;
                });
    }

    private Stream<PhoneNumber> readings(String number) {
        return withoutService(number)
                .flatMap(digits ->
                        Stream.concat(
                                abroad(digits)
                                        .flatMap(each -> parsed(each, Optional.empty()).stream()),
                                parsed(digits, config.country()).stream()));
    }

    private static Stream<String> abroad(String digits) {
        return digits.startsWith("+")
                ? Stream.of(digits)
                : Stream.concat(
                        Stream.of("+" + digits),
                        INTERNATIONAL.stream()
                                .filter(digits::startsWith)
                                .map(prefix -> "+" + digits.substring(prefix.length())));
    }

    /// Without what withholds the caller's number and the like (`*31#`, `#31#`, `*67`, `*670`): the
    /// rest is who is called.
    private static Stream<String> withoutService(String number) {
        return Stream.of("", "^[*#]+[0-9]{2}", "^[*#]+[0-9]{3}")
                .map(service -> number.replaceFirst(service, "").replaceAll("[*#]", ""))
                .distinct();
    }

    private Optional<PhoneNumber> parsed(String number, Optional<String> country) {
        if (!number.startsWith("+") && country.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(library.parse(number, country.orElse("ZZ")));
        } catch (NumberParseException _) {
            return Optional.empty(); // An extension, or nothing at all.
        }
    }
}
