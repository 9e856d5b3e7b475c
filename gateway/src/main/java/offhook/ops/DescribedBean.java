package offhook.ops;

import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.Descriptor;
import javax.management.InvalidAttributeValueException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.NotificationBroadcasterSupport;
import javax.management.NotificationEmitter;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.StandardEmitterMBean;
import org.jspecify.annotations.Nullable;

/// An MXBean that tells consoles what its interface says of itself with [Described], and has
/// recorded what is done to it.
final class DescribedBean<T> extends StandardEmitterMBean {

    private final BeanShapes shapes;
    private final OperationAudit audit;

    /// Its name within the domain, written while it is registered.
    private volatile String subject = "";

    /// Made by whoever asks first; two at once make the same.
    private volatile @Nullable MBeanInfo described;

    private DescribedBean(
            T bean, Class<T> type, OperationAudit audit, NotificationEmitter emitter) {
        super(bean, type, true, emitter);
        this.shapes = new BeanShapes(type);
        this.audit = audit;
    }

    static <T> DescribedBean<T> of(T bean, Class<T> type, OperationAudit audit) {
        return of(bean, type, audit, new NotificationBroadcasterSupport());
    }

    /// One that tells of what happens.
    static <T> DescribedBean<T> of(
            T bean, Class<T> type, OperationAudit audit, NotificationEmitter emitter) {
        return new DescribedBean<>(bean, type, audit, emitter);
    }

    @Override
    protected String getDescription(MBeanInfo info) {
        return text(info.getDescriptor(), info.getDescription());
    }

    @Override
    protected String getDescription(MBeanAttributeInfo info) {
        return text(info.getDescriptor(), info.getDescription());
    }

    @Override
    protected String getDescription(MBeanOperationInfo info) {
        return text(info.getDescriptor(), info.getDescription());
    }

    @Override
    protected String getDescription(MBeanFeatureInfo info) {
        return text(info.getDescriptor(), info.getDescription());
    }

    @Override
    protected String getDescription(
            MBeanOperationInfo operation, MBeanParameterInfo parameter, int sequence) {
        return text(parameter.getDescriptor(), parameter.getDescription());
    }

    /// As in the interface; JMX itself knows them as p1, p2.
    @Override
    protected String getParameterName(
            MBeanOperationInfo operation, MBeanParameterInfo parameter, int sequence) {
        return shapes.parameter(operation.getName(), sequence).orElse(parameter.getName());
    }

    /// What is not marked otherwise changes something: consoles ask before they do it.
    @Override
    protected int getImpact(MBeanOperationInfo operation) {
        return Boolean.FALSE.equals(operation.getDescriptor().getFieldValue("changes"))
                ? MBeanOperationInfo.INFO
                : MBeanOperationInfo.ACTION;
    }

    /// With what the items of composite data are, which JMX does not ask for.
    @Override
    public MBeanInfo getMBeanInfo() {
        MBeanInfo known = described;
        if (known == null) {
            known = shapes.describe(super.getMBeanInfo());
            described = known;
        }
        return known;
    }

    @Override
    public ObjectName preRegister(MBeanServer server, ObjectName name) throws Exception {
        ObjectName given = super.preRegister(server, name);
        subject = given.getKeyPropertyListString();
        return given;
    }

    @Override
    public @Nullable Object getAttribute(String name)
            throws AttributeNotFoundException, MBeanException, ReflectionException {
        return shapes.attribute(name, super.getAttribute(name));
    }

    @Override
    public AttributeList getAttributes(String[] names) {
        AttributeList shown = new AttributeList();
        for (Attribute each : super.getAttributes(names).asList()) {
            shown.add(
                    new Attribute(
                            each.getName(), shapes.attribute(each.getName(), each.getValue())));
        }
        return shown;
    }

    @Override
    public @Nullable Object invoke(String name, Object[] arguments, String[] signature)
            throws MBeanException, ReflectionException {
        try {
            shapes.check(name, arguments);
            Object result = super.invoke(name, arguments, signature);
            audit.did(subject, name, arguments, DeedOutcome.take());
            return shapes.result(name, result);
        } catch (MBeanException | ReflectionException | RuntimeException e) {
            audit.failed(subject, name, arguments, e);
            throw e;
        }
    }

    @Override
    public void setAttribute(Attribute attribute)
            throws AttributeNotFoundException,
                    InvalidAttributeValueException,
                    MBeanException,
                    ReflectionException {
        try {
            BeanShapes.check(attribute.getName(), attribute.getValue());
            super.setAttribute(attribute);
            audit.set(subject, attribute);
        } catch (AttributeNotFoundException
                | InvalidAttributeValueException
                | MBeanException
                | ReflectionException
                | RuntimeException e) {
            audit.failed(
                    subject, attribute.getName() + "=", new Object[] {attribute.getValue()}, e);
            throw e;
        }
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        AttributeList done = new AttributeList();
        for (Attribute each : attributes.asList()) {
            try {
                setAttribute(each);
                done.add(each);
            } catch (JMException | RuntimeException _) {
                // JMX leaves out what was not set; the audit log says why.
            }
        }
        return done;
    }

    private static String text(Descriptor descriptor, String absent) {
        return descriptor.getFieldValue("description") instanceof String text ? text : absent;
    }
}
