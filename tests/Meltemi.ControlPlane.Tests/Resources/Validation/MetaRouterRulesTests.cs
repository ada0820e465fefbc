using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Resources.Validation;

/// <summary>Rules for MetaRouter.</summary>
public class MetaRouterRulesTests
{
    private const string To = "route: [{destination: {host: a.b}}]";

    [Theory]
    [InlineData("spec: {hosts: [a.b, org.shop.orders], routes: [{" + To + "}]}", "")]
    [InlineData("spec: {hosts: [a.b], localRateLimit: {tokenBucket: {maxTokens: 1, fillInterval: 1s}}}", "")]
    [InlineData("spec: {}", "spec.hosts: 'hosts' is missing")]
    [InlineData("spec: {hosts: []}", "spec.hosts: 'hosts' is empty")]
    [InlineData("spec: {hosts: a.b, routes: []}", "spec.hosts: expected a list, found `a.b`")]
    [InlineData("spec: {hosts: [a.b]}", "spec: one of routes, localRateLimit, globalRateLimit is needed")]
    [InlineData("spec: {hosts: [a.b, a.b], routes: [{" + To + "}]}", "spec.hosts[1]: 'a.b' is there twice")]
    [InlineData("spec: {hosts: ['*.b'], routes: [{" + To + "}]}", "spec.hosts[0]: '*.b' is not a host name: a * is not allowed here")]
    [InlineData("spec: {hosts: [org.Shop], routes: [{" + To + "}]}", "")]
    [InlineData("spec: {hosts: [a_b.c], routes: [{" + To + "}]}", "spec.hosts[0]: 'a_b.c' is not a host name: in 'a_b', only letters, digits and - are allowed")]
    [InlineData("spec: {hosts: [a..c], routes: [{" + To + "}]}", "spec.hosts[0]: 'a..c' is not a host name: a part of it is empty")]
    [InlineData("spec: {hosts: [10.0.0.1], routes: [{" + To + "}]}", "spec.hosts[0]: '10.0.0.1' is not a host name: its last part is a number, as in an IP address")]
    [InlineData("spec: {hosts: [1.5], routes: [{" + To + "}]}", "spec.hosts[0]: expected a text, found `1.5`; to mean the text, write \"1.5\"")]
    [InlineData("spec: {hosts: [a.b], routs: [{" + To + "}]}", "spec: one of routes, localRateLimit, globalRateLimit is needed\nwarning: spec.routs: 'routs' is not implemented, ignored; did you mean 'routes'?")]
    public void Hosts_and_content(string body, string problems) => Check(body, problems);

    [Theory]
    [InlineData("[mesh, gw, ns/gw]", "")]
    [InlineData("[Gw]", "spec.gateways[0]: 'Gw' is neither mesh nor a gateway's name or namespace/name: only small letters, digits, - and . are allowed")]
    [InlineData("[a.b/c]", "spec.gateways[0]: 'a.b/c' is neither mesh nor a gateway's name or namespace/name: only small letters, digits and - are allowed")]
    [InlineData("[a/]", "spec.gateways[0]: 'a/' is neither mesh nor a gateway's name or namespace/name: it is empty")]
    public void Gateways(string gateways, string problems) => Check($"spec: {{hosts: [a.b], gateways: {gateways}, routes: [{{{To}}}]}}", problems);

    [Theory]
    [InlineData("['*']", "")]
    [InlineData("[., shop]", "")]
    [InlineData("['~']", "")]
    [InlineData("['*', shop]", "spec.exportTo[0]: '*' stands alone: it means all namespaces")]
    [InlineData("[., '~']", "spec.exportTo[1]: '~' stands alone: it means none")]
    [InlineData("[shop, shop]", "spec.exportTo[1]: 'shop' is there twice")]
    [InlineData("[Shop]", "spec.exportTo[0]: 'Shop' is neither *, ., ~ nor a namespace: only small letters, digits and - are allowed")]
    public void Export(string exportTo, string problems) => Check($"spec: {{hosts: [a.b], exportTo: {exportTo}, routes: [{{{To}}}]}}", problems);

    [Theory]
    [InlineData("{name: x}", "spec.routes[0].route: 'route' is missing")]
    [InlineData("{route: []}", "spec.routes[0].route: 'route' is empty")]
    [InlineData("{route: [{weight: 100}]}", "spec.routes[0].route[0].destination: 'destination' is missing")]
    [InlineData("{route: [{destination: {subset: v1}}]}", "spec.routes[0].route[0].destination.host: 'host' is missing")]
    [InlineData("{route: [{destination: {host: orders, subset: V1, port: {number: 80}}}]}", "")]
    [InlineData("{route: [{destination: {host: 'a b', subset: v_1, port: {number: 0}}}]}", "spec.routes[0].route[0].destination.host: 'a b' is not a host name: in 'a b', only letters, digits and - are allowed\nspec.routes[0].route[0].destination.subset: 'v_1' cannot be a subset's name: only letters, digits and - are allowed\nspec.routes[0].route[0].destination.port.number: must be from 1 to 65535, not 0")]
    [InlineData("{route: [{destination: {host: a, port: 80}}]}", "spec.routes[0].route[0].destination.port: expected an object with the fields of PortSelector, found `80`")]
    [InlineData("{route: [{destination: {host: a}, weight: 30}, {destination: {host: b}, weight: 70}]}", "")]
    [InlineData("{route: [{destination: {host: a}, weight: 30}, {destination: {host: b}, weight: 60}]}", "spec.routes[0].route: the weights sum up to 90, not to 100")]
    [InlineData("{route: [{destination: {host: a}}, {destination: {host: b}}]}", "spec.routes[0].route: the weights sum up to 0, not to 100")]
    [InlineData("{route: [{destination: {host: a}, weight: 101}, {destination: {host: b}}]}", "spec.routes[0].route[0].weight: must be at most 100, not 101")]
    [InlineData("{route: [{destination: {host: a}, weight: '50'}, {destination: {host: b}, weight: 50}]}", "spec.routes[0].route[0].weight: expected a whole number, found the text \"50\"")]
    [InlineData("{route: [{destination: {host: a}, weight: 100}, {destination: {host: b}, weight: 0}]}", "warning: spec.routes[0].route[1]: the weight is 0: it gets no requests")]
    [InlineData("{route: [{destination: {host: a}, weight: 100}]}", "")]
    [InlineData("{route: [{destination: {host: a}, weight: 20}]}", "warning: spec.routes[0].route[0].weight: a single destination gets all requests, whatever its weight")]
    public void Destinations(string route, string problems) => Check($"spec: {{hosts: [a.b], routes: [{route}]}}", problems);

    [Theory]
    [InlineData("{a: {exact: x}, b: {prefix: x}, c: {regex: 'x.*'}, d: {suffix: x}, e: {contains: x}, f: {range: {start: -1, end: 2}}, g: {present: true}}", "")]
    [InlineData("{a: , b: {}, c: {exact: ''}, d: {regex: '*'}, e: null, f: {regex: ''}}", "")]
    [InlineData("{a: {exact: x, invert: true, ignoreCase: true}}", "")]
    [InlineData("{a: x}", "spec.routes[0].match.attributes[a]: expected an object with the fields of StringMatch, found `x`")]
    [InlineData("{a: {exact: x, prefix: y}}", "spec.routes[0].match.attributes[a].prefix: 'prefix' and 'exact' exclude each other")]
    [InlineData("{a: {exact: 1}}", "spec.routes[0].match.attributes[a].exact: expected a text, found `1`; to mean the text, write \"1\"")]
    [InlineData("{a: {exactly: x}}", "warning: spec.routes[0].match.attributes[a].exactly: 'exactly' is not implemented, ignored")]
    [InlineData("{'': {exact: x}}", "spec.routes[0].match.attributes[]: an attribute's name is missing")]
    [InlineData("{a: {regex: 'a('}}", "spec.routes[0].match.attributes[a].regex: 'a(': not a regular expression, after character 2: InsufficientClosingParentheses")]
    [InlineData("{a: {regex: '(?=a)'}}", "spec.routes[0].match.attributes[a].regex: '(?=a)': the expression cannot run in linear time: ", true)]
    [InlineData("{a: {range: {start: 5, end: 5}}}", "warning: spec.routes[0].match.attributes[a].range: there is no number from 5 to before 5")]
    [InlineData("{a: {range: {start: 1.5, end: 5}}}", "spec.routes[0].match.attributes[a].range.start: expected a whole number, found `1.5`")]
    [InlineData("{a: {prefix: ''}}", "warning: spec.routes[0].match.attributes[a].prefix: every value begins with it; to ask whether the attribute is there, write {}")]
    [InlineData("{a: {suffix: ''}}", "warning: spec.routes[0].match.attributes[a].suffix: every value ends with it; to ask whether the attribute is there, write {}")]
    [InlineData("{a: {contains: ''}}", "warning: spec.routes[0].match.attributes[a].contains: every value contains it; to ask whether the attribute is there, write {}")]
    [InlineData("{a: {present: true, ignoreCase: true}}", "warning: spec.routes[0].match.attributes[a].ignoreCase: it has no effect here: no text is compared")]
    public void Attributes(string attributes, string problems, bool beginning = false)
    {
        var found = Reading.Problems(ResourceKinds.MetaRouter, $"spec: {{hosts: [a.b], routes: [{{match: {{attributes: {attributes}}}, {To}}}]}}");
        if (beginning)
            Assert.StartsWith(problems, found);
        else
            Assert.Equal(problems, found);
    }

    [Theory]
    [InlineData("{app: cart, a.b/c: x_1}", "")]
    [InlineData("{_app: cart}", "spec.routes[0].match.sourceLabels[_app]: '_app' cannot be a label's key: it must begin and end with a letter or a digit")]
    [InlineData("{app: 'a b'}", "spec.routes[0].match.sourceLabels[app]: 'a b' cannot be a label's value: only letters, digits, -, _ and . are allowed")]
    [InlineData("{app: true}", "spec.routes[0].match.sourceLabels[app]: expected a text, found `true`; to mean the text, write \"true\"")]
    public void Source_labels(string labels, string problems) => Check($"spec: {{hosts: [a.b], routes: [{{match: {{sourceLabels: {labels}}}, {To}}}]}}", problems);

    [Theory]
    [InlineData("mirror: {host: c.d}", "")]
    [InlineData("mirror: {host: c.d}, mirrorPercentage: {value: 0.1}", "")]
    [InlineData("mirrors: [{destination: {host: c.d}, percentage: {value: 5}}, {destination: {host: e.f}}]", "")]
    [InlineData("mirror: {host: '*'}", "spec.routes[0].mirror.host: '*' is not a host name: a * is not allowed here")]
    [InlineData("mirrorPercentage: {value: 1}", "spec.routes[0].mirrorPercentage: it needs a 'mirror'")]
    [InlineData("mirror: {host: c.d}, mirrorPercentage: {value: 0}", "spec.routes[0].mirrorPercentage: must be more than 0")]
    [InlineData("mirror: {host: c.d}, mirrorPercentage: {value: 101}", "spec.routes[0].mirrorPercentage.value: must be from 0 to 100, not 101")]
    [InlineData("mirror: {host: c.d}, mirrorPercentage: 50", "spec.routes[0].mirrorPercentage: expected an object with the fields of Percent, found `50`")]
    [InlineData("mirror: {host: c.d}, mirrors: [{destination: {host: e.f}}]", "")]
    [InlineData("mirrors: [{percentage: {value: 5}}]", "spec.routes[0].mirrors[0].destination: 'destination' is missing")]
    [InlineData("mirrors: [{destination: {host: e.f}, percentage: {value: 0}}]", "warning: spec.routes[0].mirrors[0].percentage: it is 0: nothing is copied")]
    public void Mirrors(string fields, string problems) => CheckRoute(fields, problems);

    [Theory]
    [InlineData("requestMutation: [{key: a, value: b}], removeRequestMutation: [c], responseMutation: [{key: a, value: b}], removeResponseMutation: [c]", "")]
    [InlineData("requestMutation: [{key: a}]", "spec.routes[0].requestMutation[0].value: 'value' is missing")]
    [InlineData("requestMutation: [{key: '', value: x}]", "spec.routes[0].requestMutation[0].key: 'key' is empty")]
    [InlineData("requestMutation: [{key: a, value: b}, {key: a, value: c}]", "warning: spec.routes[0].requestMutation[1].key: 'a' is set twice; the last value counts")]
    [InlineData("responseMutation: [{key: a, value: b}], removeResponseMutation: [a]", "warning: spec.routes[0].removeResponseMutation[0]: 'a' is set as well, so it is there in the end")]
    [InlineData("removeRequestMutation: ['']", "spec.routes[0].removeRequestMutation[0]: a key is missing")]
    public void Mutations(string fields, string problems) => CheckRoute(fields, problems);

    [Theory]
    [InlineData("timeout: 1.5s, retries: {attempts: 2, perTryTimeout: 250ms, retryOn: 'connect-failure, reset,503', backoff: 10ms}", "")]
    [InlineData("timeout: 1m30s", "")]
    [InlineData("timeout: 0s, retries: {attempts: 1, perTryTimeout: 5s}", "")]
    [InlineData("timeout: -1s", "spec.routes[0].timeout: must be at least 0 s, not -1 s")]
    [InlineData("timeout: 10", "spec.routes[0].timeout: expected a duration such as 5s, 250ms or 1m30s, found `10`; did you mean 10s?")]
    [InlineData("timeout: 1d", "spec.routes[0].timeout: expected a duration such as 5s, 250ms or 1m30s, found `1d`; did you mean 86400s?")]
    [InlineData("timeout: {seconds: 1}", "spec.routes[0].timeout: expected a duration such as 5s, 250ms or 1m30s, found an object")]
    [InlineData("retries: {attempts: -1}", "spec.routes[0].retries.attempts: must be at least 0, not -1")]
    [InlineData("retries: {retryOn: reset}", "spec.routes[0].retries.attempts: 'attempts' is missing or 0: nothing is tried again")]
    [InlineData("retries: {attempts: 0}", "")]
    [InlineData("timeout: 1s, retries: {attempts: 1, perTryTimeout: 2s}", "warning: spec.routes[0].retries.perTryTimeout: it is longer than the route's timeout, so it never ends a try")]
    [InlineData("retries: {attempts: 1, retryOn: 'conect-failure'}", "spec.routes[0].retries.retryOn: there is no condition 'conect-failure'; known are 5xx, gateway-error, reset, reset-before-request, connect-failure, envoy-ratelimited, retriable-4xx, refused-stream, retriable-status-codes, retriable-headers, http3-post-connect-failure, cancelled, deadline-exceeded, internal, resource-exhausted, unavailable, and HTTP codes; did you mean 'connect-failure'?")]
    [InlineData("fault: {delay: {fixedDelay: 5s, percentage: {value: 1}}, abort: {httpStatus: 503}}", "")]
    [InlineData("fault: {abort: {grpcStatus: UNAVAILABLE}}", "")]
    [InlineData("fault: {abort: {grpcStatus: 'unavailable'}}", "")]
    [InlineData("fault: {abort: {grpcStatus: '14'}}", "")]
    [InlineData("fault: {}", "spec.routes[0].fault: one of delay, abort is needed")]
    [InlineData("fault: {delay: {percentage: {value: 1}}}", "spec.routes[0].fault.delay: one of fixedDelay, exponentialDelay is needed")]
    [InlineData("fault: {delay: {fixedDelay: 0s}}", "spec.routes[0].fault.delay.fixedDelay: must be at least 0.001 s, not 0 s")]
    [InlineData("fault: {delay: {fixedDelay: 1s, percent: 5, percentage: {value: 5}}}", "spec.routes[0].fault.delay.percent: 'percent' and 'percentage' exclude each other")]
    [InlineData("fault: {abort: {}}", "spec.routes[0].fault.abort: one of httpStatus, grpcStatus, http2Error is needed")]
    [InlineData("fault: {abort: {httpStatus: 99}}", "spec.routes[0].fault.abort.httpStatus: must be from 200 to 599, not 99")]
    [InlineData("fault: {abort: {grpcStatus: BROKEN}}", "spec.routes[0].fault.abort.grpcStatus: there is no status 'BROKEN'; known are OK, CANCELLED, UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, RESOURCE_EXHAUSTED, FAILED_PRECONDITION, ABORTED, OUT_OF_RANGE, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS, UNAUTHENTICATED")]
    [InlineData("hashPolicy: [{attribute: user, terminal: true}, {useSourceIp: true}]", "")]
    [InlineData("hashPolicy: [{terminal: true}]", "spec.routes[0].hashPolicy[0]: one of attribute, useSourceIp is needed")]
    [InlineData("hashPolicy: [{attribute: ''}]", "spec.routes[0].hashPolicy[0].attribute: 'attribute' is empty")]
    [InlineData("hashPolicy: [user]", "spec.routes[0].hashPolicy[0]: expected an object with the fields of HashPolicy, found `user`")]
    public void Policies(string fields, string problems) => CheckRoute(fields, problems);

    [Theory]
    [InlineData("{match: {attributes: {a: {exact: x}}}, ROUTE}, {match: {attributes: {a: {exact: y}}}, ROUTE}, {ROUTE}", "")]
    [InlineData("{ROUTE}, {match: {attributes: {a: {exact: x}}}, ROUTE}, {match: {}, ROUTE}", "warning: spec.routes[1]: it can never match: routes[0] before it takes every request\nwarning: spec.routes[2]: it can never match: routes[0] before it takes every request")]
    [InlineData("{match: {attributes: {a: {exact: x}, b: {}}}, ROUTE}, {ROUTE: , match: {attributes: {b: {}, a: {exact: x}}}}", "warning: spec.routes[1]: it can never match: routes[0] before it has the same conditions")]
    [InlineData("{match: {sourceLabels: {app: x}}, ROUTE}, {match: {sourceLabels: {app: y}}, ROUTE}", "")]
    public void Reach(string routes, string problems) =>
        Check($"spec: {{hosts: [a.b], routes: [{routes.Replace("ROUTE: ", To).Replace("ROUTE", To)}]}}", problems);

    [Theory]
    [InlineData("localRateLimit: {tokenBucket: {maxTokens: 10, tokensPerFill: 5, fillInterval: 60s}, conditions: [{match: {attributes: {a: {exact: x}}}, tokenBucket: {maxTokens: 1, fillInterval: 1s}}]}", "")]
    [InlineData("localRateLimit: {tokenBucket: {maxTokens: 1, fillInterval: 1s}, per: {attribute: user, maxBuckets: 10}, enforced: {value: 0}}", "")]
    [InlineData("localRateLimit: {conditions: [{match: {attributes: {a: {exact: x}}}, tokenBucket: {maxTokens: 1, fillInterval: 1s}, per: {useSourceIp: true}}], per: {attribute: a}}", "spec.localRateLimit.per: needs a tokenBucket")]
    [InlineData("localRateLimit: {tokenBucket: {maxTokens: 1, fillInterval: 1s}, per: {maxBuckets: 0}}", "spec.localRateLimit.per: one of attribute, useSourceIp is needed\nspec.localRateLimit.per.maxBuckets: must be from 1 to 1000000, not 0")]
    [InlineData("globalRateLimit: {domain: d, rateLimitService: s}", "spec.globalRateLimit: one of descriptors, combinedDescriptors is needed")]
    [InlineData("globalRateLimit: {domain: d, rateLimitService: s, combinedDescriptors: [{entries: [{descriptorKey: k, property: p}, {descriptorKey: l, value: v}]}]}", "")]
    [InlineData("globalRateLimit: {domain: d, rateLimitService: s, combinedDescriptors: [{entries: [{descriptorKey: k}]}]}", "spec.globalRateLimit.combinedDescriptors[0].entries[0]: one of property, value is needed")]
    [InlineData("localRateLimit: {}", "spec.localRateLimit: one of tokenBucket, conditions is needed")]
    [InlineData("localRateLimit: {tokenBucket: {}}", "spec.localRateLimit.tokenBucket.maxTokens: 'maxTokens' is missing\nspec.localRateLimit.tokenBucket.fillInterval: 'fillInterval' is missing")]
    [InlineData("localRateLimit: {tokenBucket: {maxTokens: 0, tokensPerFill: 0, fillInterval: 0s}}", "spec.localRateLimit.tokenBucket.maxTokens: must be at least 1, not 0\nspec.localRateLimit.tokenBucket.tokensPerFill: must be at least 1, not 0\nspec.localRateLimit.tokenBucket.fillInterval: must be more than 0 s, not 0 s")]
    [InlineData("localRateLimit: {tokenBucket: {maxTokens: 1, tokensPerFill: 2, fillInterval: 1s}}", "warning: spec.localRateLimit.tokenBucket.tokensPerFill: no more than maxTokens (1) fit into the bucket")]
    [InlineData("localRateLimit: {conditions: [{tokenBucket: {maxTokens: 1, fillInterval: 1s}}, {match: {}}]}", "spec.localRateLimit.conditions[0].match: 'match' is missing\nspec.localRateLimit.conditions[1].tokenBucket: 'tokenBucket' is missing")]
    [InlineData("localRateLimit: {conditions: [{match: {attributes: {a: {regex: '['}}}, tokenBucket: {maxTokens: 1, fillInterval: 1s}}]}", "spec.localRateLimit.conditions[0].match.attributes[a].regex: '[': not a regular expression, after character 1: UnterminatedBracket")]
    [InlineData("globalRateLimit: {domain: d, rateLimitService: outbound|80||a.b, descriptors: [{property: method, descriptorKey: m}]}", "")]
    [InlineData("globalRateLimit: {descriptors: []}", "spec.globalRateLimit.domain: 'domain' is missing\nspec.globalRateLimit.rateLimitService: 'rateLimitService' is missing")]
    [InlineData("globalRateLimit: {domain: d, rateLimitService: s, requestTimeout: 0s, descriptors: [{property: a, descriptorKey: k}]}", "spec.globalRateLimit.requestTimeout: must be more than 0 s, not 0 s")]
    [InlineData("globalRateLimit: {domain: d, rateLimitService: s, descriptors: [{property: a, descriptorKey: k}, {property: b, descriptorKey: k}, {}]}", "spec.globalRateLimit.descriptors[1].descriptorKey: 'k' is there twice\nspec.globalRateLimit.descriptors[2].property: 'property' is missing\nspec.globalRateLimit.descriptors[2].descriptorKey: 'descriptorKey' is missing")]
    public void Limits(string fields, string problems) => Check($"spec: {{hosts: [a.b], {fields}}}", problems);

    [Fact]
    public void Problems_have_the_place_of_their_field() => Assert.Equal(
        """
        8:29 spec.routes[0].match.attributes[user].regex: '(': not a regular expression, after character 1: InsufficientClosingParentheses
        9:5 spec.routes[0].route: the weights sum up to 40, not to 100
        """,
        Reading.Problems("""
            apiVersion: metaprotocol.aeraki.io/v1alpha1
            kind: MetaRouter
            metadata: { name: a }
            spec:
              hosts: [ a.b ]
              routes:
              - match:
                  attributes: { user: { regex: "(" } }
                route:
                - { destination: { host: a.b }, weight: 30 }
                - { destination: { host: a.b }, weight: 10 }
            """));

    private static void CheckRoute(string fields, string problems) => Check($"spec: {{hosts: [a.b], routes: [{{{To}, {fields}}}]}}", problems);

    private static void Check(string body, string problems) => Assert.Equal(problems, Reading.Problems(ResourceKinds.MetaRouter, body));
}
