using System.Collections.Immutable;
using System.Net;
using Meltemi.ControlPlane.Api.Access;
using Meltemi.Resources;
using Microsoft.AspNetCore.Routing;

namespace Meltemi.ControlPlane.Api;

/// <summary>How the API is served.</summary>
public sealed record ApiOptions
{
    /// <summary>Where it listens. Loopback by default: whoever opens it to others says so. Port 0: a free one, see <see cref="ApiServer.Address"/>.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Whether and with what connections are encrypted. kubectl sends its token over TLS only.</summary>
    public ApiTls Tls { get; init; } = new SelfSignedTls();

    /// <summary>Folder of the token and of a certificate made at first start; it is made if it is not there.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Kinds that are served.</summary>
    public ImmutableArray<ResourceKind> Kinds { get; init; } = ResourceKinds.All;

    /// <summary>Largest body of a request; the store has its own limit for a resource.</summary>
    public int MaxBodyBytes { get; init; } = 3 * 1024 * 1024;

    /// <summary>Most watches at a time; more get 429.</summary>
    public int MaxWatches { get; init; } = 1000;

    /// <summary>How many lists that are read page by page keep the state of their first page; older ones get 410.</summary>
    public int MaxPagedLists { get; init; } = 32;

    /// <summary>How often a watch that asks for bookmarks gets one.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Shortest life of a watch that names none; the longest is twice that, so that they do not all return at once.</summary>
    public TimeSpan MinWatchTime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Adds endpoints of the controller's own, such as <c>/meltemi/v1/...</c>. They need the token too.</summary>
    public Action<IEndpointRouteBuilder>? MoreEndpoints { get; init; }

    /// <summary>What it has to say.</summary>
    public IApiLog Log { get; init; } = SilentApiLog.Instance;

    /// <summary>Its clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
