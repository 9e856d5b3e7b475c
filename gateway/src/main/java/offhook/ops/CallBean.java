package offhook.ops;

import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.ImmutableDescriptor;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.ReflectionException;
import javax.management.openmbean.ArrayType;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenMBeanAttributeInfo;
import javax.management.openmbean.OpenMBeanAttributeInfoSupport;
import javax.management.openmbean.OpenMBeanInfoSupport;
import javax.management.openmbean.OpenMBeanOperationInfoSupport;
import javax.management.openmbean.OpenMBeanParameterInfo;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import offhook.call.BrowserView;
import offhook.call.CallDetails;
import offhook.call.CallDetails.Verification;
import offhook.call.CallId;
import offhook.call.CallSnapshot;
import offhook.call.CallSnapshot.LegKind;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.runtime.NanoClock;

/// One call, `offhook:type=Call,id=*`: what it is, and how its legs sound. To clients it is an
/// MXBean like any other; it is written as an open MBean because only so each figure carries its
/// description, with the unit, to jconsole. Any thread.
final class CallBean implements DynamicMBean {

    private static final String HANG_UP = "hangUp";

    private static final List<Property> PROPERTIES =
            List.of(
                    text("Id", "the call's identity, as in logs", s -> s.id().value()),
                    text("Caller", "number of who calls", s -> s.caller().number()),
                    text(
                            "CallerName",
                            "name of who calls, as the signalling had it; or empty",
                            s -> s.caller().displayName()),
                    new Property(
                            "CallerWithheld",
                            "whether those who are called are not told who calls",
                            SimpleType.BOOLEAN,
                            (_, s) -> s.details().withheld()),
                    text(
                            "CallerVerified",
                            "passed or failed, of a number that was verified; or empty",
                            s -> verified(s.details().verification())),
                    text(
                            "DivertedFrom",
                            "number that was called first, of a diverted call; or empty",
                            s -> divertedFrom(s.details())),
                    text("Called", "number that was called", s -> s.called().number()),
                    text("Trunk", "the trunk that it came from, or web", CallSnapshot::source),
                    text(
                            "OutTrunk",
                            "the trunk that it goes out by, or was tried to; or empty",
                            CallSnapshot::outTrunk),
                    text(
                            "Agent",
                            "whom it was last offered to, before that who makes it; or empty",
                            CallSnapshot::agent),
                    text(
                            "State",
                            "opening, claiming, waiting, offering, ringing, connecting, active,"
                                    + " transferring or ended",
                            CallSnapshot::state),
                    new Property(
                            "Started",
                            "when it arrived",
                            SimpleType.DATE,
                            (bean, s) -> bean.date(s.startedNanos())),
                    new Property(
                            "Since",
                            "when its state began",
                            SimpleType.DATE,
                            (bean, s) -> bean.date(s.stateNanos())),
                    new Property(
                            "Seconds",
                            "how long it has lived",
                            "s",
                            SimpleType.LONG,
                            (bean, s) ->
                                    (bean.clock.nanoTime() - s.startedNanos()) / 1_000_000_000L),
                    new Property(
                            "Legs",
                            "its legs and how they sound; what nobody measured is NaN",
                            arrayOf(LegFigure.LEG),
                            CallBean::legs),
                    new Property(
                            "Browsers",
                            "how it sounds in the browsers that have it, as they say",
                            arrayOf(BrowserFigure.VIEW),
                            CallBean::browsers),
                    new Property(
                            "Story",
                            "what happened so far, how it sounded and what was wrong, JSON",
                            SimpleType.STRING,
                            (bean, s) -> bean.story.apply(s.id()).orElse("")));

    private static final MBeanInfo INFO =
            new OpenMBeanInfoSupport(
                    CallBean.class.getName(),
                    "a call and how its legs sound",
                    PROPERTIES.stream().map(Property::info).toArray(OpenMBeanAttributeInfo[]::new),
                    null,
                    new OpenMBeanOperationInfoSupport[] {
                        new OpenMBeanOperationInfoSupport(
                                HANG_UP,
                                "ends the call; false when it is over already",
                                new OpenMBeanParameterInfo[0],
                                SimpleType.BOOLEAN,
                                MBeanOperationInfo.ACTION)
                    },
                    null,
                    new ImmutableDescriptor("mxbean=true"));

    private final Supplier<CallSnapshot> call;
    private final Function<LegId, Optional<LegQuality>> quality;
    private final Function<LegId, Optional<BrowserView>> browser;
    private final Function<CallId, Optional<String>> story;
    private final BooleanSupplier hangUp;
    private final NanoClock clock;
    private final OperationAudit audit;

    /// @param hangUp ends the call; false when it is over already
    CallBean(
            Supplier<CallSnapshot> call,
            Function<LegId, Optional<LegQuality>> quality,
            Function<LegId, Optional<BrowserView>> browser,
            Function<CallId, Optional<String>> story,
            BooleanSupplier hangUp,
            NanoClock clock,
            OperationAudit audit) {
        this.call = call;
        this.quality = quality;
        this.browser = browser;
        this.story = story;
        this.hangUp = hangUp;
        this.clock = clock;
        this.audit = audit;
    }

    private static Property text(
            String name, String description, Function<CallSnapshot, Object> read) {
        return new Property(
                name, description, SimpleType.STRING, (_, snapshot) -> read.apply(snapshot));
    }

    private static String verified(Verification verification) {
        return switch (verification) {
            case UNKNOWN -> "";
            case PASSED -> "passed";
            case FAILED -> "failed";
        };
    }

    private static String divertedFrom(CallDetails details) {
        return details.diversions().isEmpty()
                ? ""
                : details.diversions().getFirst().from().number();
    }

    private static OpenType<?> arrayOf(OpenType<?> element) {
        try {
            return new ArrayType<CompositeData[]>(1, element);
        } catch (OpenDataException e) {
            throw new IllegalStateException("legs are described wrongly", e);
        }
    }

    /// By the wall clock of now, so that a clock that is set right does not leave wrong dates.
    @SuppressWarnings("JavaUtilDate") // The open types of JMX have no other date.
    private Date date(long nanos) {
        return new Date(System.currentTimeMillis() - (clock.nanoTime() - nanos) / 1_000_000);
    }

    private CompositeData[] legs(CallSnapshot snapshot) {
        List<CompositeData> legs = new ArrayList<>();
        for (LegKind leg : snapshot.legs()) {
            quality.apply(leg.id()).ifPresent(known -> legs.add(LegFigure.of(leg, known)));
        }
        return legs.toArray(CompositeData[]::new);
    }

    private CompositeData[] browsers(CallSnapshot snapshot) {
        List<CompositeData> browsers = new ArrayList<>();
        for (LegKind leg : snapshot.legs()) {
            browser.apply(leg.id()).ifPresent(view -> browsers.add(BrowserFigure.of(leg, view)));
        }
        return browsers.toArray(CompositeData[]::new);
    }

    @Override
    public Object getAttribute(String name) throws AttributeNotFoundException {
        CallSnapshot snapshot = call.get();
        for (Property property : PROPERTIES) {
            if (property.name.equals(name)) {
                return property.read.of(this, snapshot);
            }
        }
        throw new AttributeNotFoundException(name);
    }

    @Override
    public AttributeList getAttributes(String[] names) {
        AttributeList list = new AttributeList();
        CallSnapshot snapshot = call.get();
        for (String name : names) {
            for (Property property : PROPERTIES) {
                if (property.name.equals(name)) {
                    list.add(new Attribute(name, property.read.of(this, snapshot)));
                }
            }
        }
        return list;
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException("nothing of a call can be set");
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList();
    }

    @Override
    public Object invoke(String name, Object[] arguments, String[] signature)
            throws MBeanException, ReflectionException {
        String bean = "type=Call,id=" + call.get().id().value();
        if (!name.equals(HANG_UP) || (arguments != null && arguments.length > 0)) {
            // Who says more than there is to say means something else.
            NoSuchMethodException why =
                    new NoSuchMethodException("a call takes hangUp() without arguments, only");
            audit.failed(bean, name, arguments, why);
            throw new ReflectionException(why, why.getMessage());
        }
        boolean ended = hangUp.getAsBoolean();
        audit.did(bean, name, arguments, ended ? "ok" : "failed: it is over already");
        return ended;
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        return INFO;
    }

    /// What a bean reads of a call.
    @FunctionalInterface
    private interface Reading {
        Object of(CallBean bean, CallSnapshot snapshot);
    }

    /// An attribute.
    ///
    /// @param units what it is counted in; empty where it is no number
    private record Property(
            String name, String description, String units, OpenType<?> type, Reading read) {

        Property(String name, String description, OpenType<?> type, Reading read) {
            this(name, description, "", type, read);
        }

        OpenMBeanAttributeInfo info() {
            return new OpenMBeanAttributeInfoSupport(
                    name,
                    description,
                    type,
                    true,
                    false,
                    false,
                    new ImmutableDescriptor("units=" + units));
        }
    }
}
