package offhook.ops;

import java.lang.reflect.Method;
import java.util.Arrays;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.Descriptor;
import javax.management.InvalidAttributeValueException;
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

/// An MXBean that tells consoles what its interface says of itself with [Described], and has
/// recorded what is done to it.
final class DescribedBean<T> extends StandardEmitterMBean {

    private final Class<T> type;
    private final OperationAudit audit;

    /// Its name within the domain, written while it is registered.
    private volatile String subject = "";

    private DescribedBean(
            T bean, Class<T> type, OperationAudit audit, NotificationEmitter emitter) {
        super(bean, type, true, emitter);
        this.type = type;
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
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getName().equals(operation.getName()))
                .filter(method -> method.getParameterCount() == operation.getSignature().length)
                .map(Method::getParameters)
                .map(parameters -> parameters[sequence].getName())
                .findFirst()
                .orElse(parameter.getName());
    }

    /// What is not marked otherwise changes something: consoles ask before they do it.
    @Override
    protected int getImpact(MBeanOperationInfo operation) {
        return Boolean.FALSE.equals(operation.getDescriptor().getFieldValue("changes"))
                ? MBeanOperationInfo.INFO
                : MBeanOperationInfo.ACTION;
    }

    @Override
    public ObjectName preRegister(MBeanServer server, ObjectName name) throws Exception {
        ObjectName given = super.preRegister(server, name);
        subject = given.getKeyPropertyListString();
        return given;
    }

    @Override
    public Object invoke(String name, Object[] arguments, String[] signature)
            throws MBeanException, ReflectionException {
        try {
            Object result = super.invoke(name, arguments, signature);
            audit.did(subject, name, arguments, DeedOutcome.take());
            return result;
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
        AttributeList done = super.setAttributes(attributes);
        done.asList().forEach(each -> audit.set(subject, each));
        return done;
    }

    private static String text(Descriptor descriptor, String absent) {
        return descriptor.getFieldValue("description") instanceof String text ? text : absent;
    }
}
