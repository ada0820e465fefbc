using System.Text;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Api.Support;

/// <summary>Resources to put into a store.</summary>
internal static class TestResources
{
    public static Resource Router(string name) => ResourceText.FromJson(Encoding.UTF8.GetBytes(Samples.Router(name))).Resource!;
}
