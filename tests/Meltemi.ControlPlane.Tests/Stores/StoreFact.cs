using System.ComponentModel;
using Meltemi.ControlPlane.Tests.Stores.Etcd;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Meltemi.ControlPlane.Tests.Stores;

/// <summary>A fact of a contract, which is skipped where the class that inherits it needs a server that is not there.</summary>
[XunitTestCaseDiscoverer("Meltemi.ControlPlane.Tests.Stores.StoreFactDiscoverer", "Meltemi.ControlPlane.Tests")]
public sealed class StoreFactAttribute : FactAttribute;

/// <summary>Finds them.</summary>
public sealed class StoreFactDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo fact) =>
        new StoreTestCase(DiagnosticMessageSink, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method);
}

/// <summary>One of them.</summary>
public sealed class StoreTestCase : XunitTestCase
{
    /// <summary>For deserialization.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Called by the test framework")]
    public StoreTestCase()
    {
    }

    public StoreTestCase(IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(messages, display, options, method)
    {
    }

    protected override string GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.ToRuntimeType().IsDefined(typeof(NeedsEtcdAttribute), false)
            ? NeedsEtcdAttribute.SkipReason!
            : base.GetSkipReason(factAttribute);
}
