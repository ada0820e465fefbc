using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Resources.Validation;

/// <summary>Rules for VirtualService.</summary>
public class VirtualServiceRulesTests
{
    private const string To = "route: [{destination: {host: a}}]";

    [Theory]
    [InlineData("hosts: [a, '*.b.c', 10.0.0.1], http: [{TO}]", "")]
    [InlineData("hosts: ['*'], gateways: [gw], http: [{TO}]", "")]
    [InlineData("hosts: ['*'], http: [{TO}]", "spec.hosts[0]: '*' is for gateways only; name them in 'gateways', without mesh")]
    [InlineData("hosts: ['*'], gateways: [gw, mesh], http: [{TO}]", "spec.hosts[0]: '*' is for gateways only; name them in 'gateways', without mesh")]
    [InlineData("hosts: [a, a], http: [{TO}]", "spec.hosts[1]: 'a' is there twice")]
    [InlineData("hosts: [a_b], http: [{TO}]", "spec.hosts[0]: 'a_b' is not a host name: in 'a_b', only letters, digits and - are allowed")]
    [InlineData("http: [{TO}]", "warning: spec.hosts: without hosts its routes are only for VirtualServices that delegate to it, which is not implemented yet")]
    [InlineData("hosts: [a]", "spec: one of http, tls, tcp is needed")]
    [InlineData("hosts: [a], gateways: [a/b/c], http: [{TO}]", "spec.gateways[0]: 'a/b/c' is neither mesh nor a gateway's name or namespace/name: only small letters, digits, - and . are allowed")]
    [InlineData("hosts: [a], exportTo: ['~', a], http: [{TO}]", "spec.exportTo[0]: '~' stands alone: it means none")]
    public void Hosts(string fields, string problems) => Check(fields, problems);

    [Theory]
    [InlineData("redirect: {uri: /x, redirectCode: 308}", "")]
    [InlineData("directResponse: {status: 503, body: {string: x}}", "")]
    [InlineData("name: x", "spec.http[0]: one of route, redirect, directResponse is needed")]
    [InlineData("delegate: {name: x}", "warning: spec.http[0].delegate: not implemented yet, ignored")]
    [InlineData("TO, redirect: {uri: /x}", "spec.http[0].redirect: 'route' and 'redirect' exclude each other")]
    [InlineData("redirect: {uri: /x}, directResponse: {status: 503}", "spec.http[0].directResponse: 'redirect' and 'directResponse' exclude each other")]
    [InlineData("redirect: {uri: /x}, rewrite: {uri: /y}", "spec.http[0].rewrite: 'redirect' and 'rewrite' exclude each other")]
    [InlineData("redirect: {uri: /x, redirectCode: 200}", "spec.http[0].redirect.redirectCode: must be 301, 302, 303, 307 or 308, not 200")]
    [InlineData("redirect: {port: 80, derivePort: FROM_REQUEST_PORT}", "spec.http[0].redirect.derivePort: 'derivePort' and 'port' exclude each other")]
    [InlineData("directResponse: {}", "spec.http[0].directResponse.status: 'status' is missing")]
    [InlineData("directResponse: {status: 100}", "spec.http[0].directResponse.status: must be from 200 to 599, not 100")]
    [InlineData("TO, rewrite: {uri: /x, authority: b}", "")]
    [InlineData("TO, rewrite: {}", "spec.http[0].rewrite: one of uri, authority, uriRegexRewrite is needed")]
    [InlineData("TO, rewrite: {uri: /x, uriRegexRewrite: {match: '/(.*)', rewrite: '\\1'}}", "spec.http[0].rewrite.uri: 'uri' and 'uriRegexRewrite' exclude each other")]
    [InlineData("TO, rewrite: {uriRegexRewrite: {match: '('}}", "spec.http[0].rewrite.uriRegexRewrite.match: '(': not a regular expression, after character 1: InsufficientClosingParentheses")]
    [InlineData("TO, timeout: 5s, retries: {attempts: 3, retryOn: '5xx,reset'}, fault: {abort: {httpStatus: 500}}, mirror: {host: b}, mirrorPercentage: {value: 1}", "")]
    [InlineData("TO, mirror: {host: b}, mirrorPercent: 5, mirrorPercentage: {value: 1}", "spec.http[0].mirrorPercent: 'mirrorPercent' and 'mirrorPercentage' exclude each other")]
    [InlineData("TO, mirror: {host: b}, mirrorPercentage: {value: 0}", "warning: spec.http[0].mirrorPercentage: it is 0: nothing is copied")]
    [InlineData("TO, mirror: {host: b}, mirrors: [{destination: {host: c}}]", "spec.http[0].mirrors: 'mirror' and 'mirrors' exclude each other")]
    [InlineData("TO, corsPolicy: {allowOrigins: [{exact: x}]}", "warning: spec.http[0].corsPolicy: not implemented yet, ignored")]
    public void Actions(string fields, string problems) => CheckRoute(fields, problems);

    [Theory]
    [InlineData("{destination: {host: a, subset: v1}, weight: 1}, {destination: {host: a, subset: v2}, weight: 2}", "")]
    [InlineData("{destination: {host: a}, weight: 100}", "")]
    [InlineData("{destination: {host: a}}, {destination: {host: b}}", "spec.http[0].route: all weights are 0")]
    [InlineData("{destination: {host: a}, weight: 5}, {destination: {host: b}}", "warning: spec.http[0].route[1]: the weight is 0: it gets no requests")]
    [InlineData("{destination: {host: a}, weight: -5}", "spec.http[0].route[0].weight: must be at least 0, not -5")]
    [InlineData("{destination: {host: a}, headers: {request: {set: {a: b}, add: {c: d}, remove: [e]}, response: {remove: ['x y']}}}", "spec.http[0].route[0].headers.response.remove[0]: 'x y' cannot be a header's name")]
    [InlineData("{destination: {host: a}, headers: {request: {set: {'': b}, add: {'a:': d}}}}", "spec.http[0].route[0].headers.request.set[]: a header's name is missing")]
    public void Destinations(string route, string problems) => CheckRoute($"route: [{route}]", problems);

    [Theory]
    [InlineData("uri: {prefix: /}, method: {exact: GET}, headers: {a: {}, b: {regex: 'x.*'}}, queryParams: {c: {exact: d}}, sourceLabels: {app: x}, port: 80, gateways: [mesh], sourceNamespace: shop", "")]
    [InlineData("uri: {regex: '['}", "spec.http[0].match[0].uri.regex: '[': not a regular expression, after character 1: UnterminatedBracket")]
    [InlineData("headers: {a: {regex: '['}}, withoutHeaders: {b: {regex: '['}}, queryParams: {c: {regex: '['}}", "spec.http[0].match[0].headers[a].regex: '[': not a regular expression, after character 1: UnterminatedBracket\nspec.http[0].match[0].withoutHeaders[b].regex: '[': not a regular expression, after character 1: UnterminatedBracket\nspec.http[0].match[0].queryParams[c].regex: '[': not a regular expression, after character 1: UnterminatedBracket")]
    [InlineData("headers: {'': {exact: x}}", "spec.http[0].match[0].headers[]: a name is missing")]
    [InlineData("uri: {prefix: /, exact: /x}", "spec.http[0].match[0].uri.exact: 'exact' and 'prefix' exclude each other")]
    [InlineData("port: 0", "spec.http[0].match[0].port: must be from 1 to 65535, not 0")]
    [InlineData("sourceNamespace: A", "spec.http[0].match[0].sourceNamespace: 'A' cannot be a namespace: only small letters, digits and - are allowed")]
    [InlineData("scheme: {exact: http}, authority: {suffix: x}", "warning: spec.http[0].match[0].authority.suffix: 'suffix' is not implemented, ignored")]
    public void Matches(string match, string problems) => CheckRoute($"TO, match: [{{{match}}}]", problems);

    [Theory]
    [InlineData("{match: [{uri: {prefix: /a}}], TO}, {match: [{uri: {prefix: /b}}], TO}, {TO}", "")]
    [InlineData("{TO}, {match: [{uri: {prefix: /b}}], TO}", "warning: spec.http[1]: it can never match: http[0] before it takes every request")]
    [InlineData("{match: [{uri: {prefix: /}}, {uri: {exact: /a}}], TO}, {TO}", "warning: spec.http[1]: it can never match: http[0] before it takes every request")]
    [InlineData("{match: [{name: x, uri: {prefix: /a}}], TO}, {match: [{uri: {prefix: /b}}, {uri: {prefix: /a}}], TO}", "warning: spec.http[1].match[1]: it can never match: http[0] has the same conditions before it")]
    [InlineData("{match: [{uri: {prefix: /}, headers: {a: {}}}], TO}, {TO}", "")]
    public void Reach(string routes, string problems) => Check($"hosts: [a], http: [{routes}]", problems);

    [Theory]
    [InlineData("tcp: [{match: [{port: 80, destinationSubnets: [10.0.0.0/8], sourceSubnet: 10.0.0.1, sourceLabels: {a: b}}], TO}]", "")]
    [InlineData("tcp: [{match: [{destinationSubnets: [x], sourceSubnet: y}]}]", "spec.tcp[0].route: 'route' is missing\nspec.tcp[0].match[0].destinationSubnets[0]: 'x': it is neither an IP address nor a block such as 10.1.0.0/16\nspec.tcp[0].match[0].sourceSubnet: 'y': it is neither an IP address nor a block such as 10.1.0.0/16")]
    [InlineData("tcp: [{route: [{destination: {host: a}}, {destination: {host: b}}]}]", "spec.tcp[0].route: all weights are 0")]
    [InlineData("tls: [{match: [{port: 443, sniHosts: [x.a.b]}], TO}]", "warning: spec.tls: not implemented yet, ignored")]
    [InlineData("tls: [{match: [{sniHosts: [x.c]}], TO}]", "warning: spec.tls: not implemented yet, ignored\nspec.tls[0].match[0].sniHosts[0]: 'x.c' is not covered by any of the hosts")]
    [InlineData("tls: [{TO}]", "warning: spec.tls: not implemented yet, ignored\nspec.tls[0].match: 'match' is missing")]
    [InlineData("tls: [{match: [{sniHosts: []}], TO}]", "warning: spec.tls: not implemented yet, ignored\nspec.tls[0].match[0].sniHosts: 'sniHosts' is empty")]
    public void Connections(string fields, string problems) => Check($"hosts: ['*.a.b'], {fields}", problems);

    private static void CheckRoute(string fields, string problems) => Check($"hosts: [a], http: [{{{fields}}}]", problems);

    private static void Check(string fields, string problems) =>
        Assert.Equal(problems, Reading.Problems(ResourceKinds.VirtualService, $"spec: {{{fields.Replace("TO", To)}}}"));
}
