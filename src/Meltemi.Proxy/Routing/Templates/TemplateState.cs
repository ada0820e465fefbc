using Meltemi.Codec;
using Meltemi.Proxy.Telemetry;
using Meltemi.Proxy.Telemetry.AccessLog;

namespace Meltemi.Proxy.Routing.Templates;

/// <summary>What an exchange keeps for templates. Made with the exchange's first route that has any, and used again with the exchange.</summary>
internal sealed class TemplateState
{
    private byte[] _attributes = [];
    private int _request;
    private int _response;

    /// <summary>The values of the changes.</summary>
    public Utf8Buffer Text { get; } = new(128);

    /// <summary>Attributes of the request.</summary>
    public ReadOnlySpan<byte> Request => _attributes.AsSpan(0, _request);

    /// <summary>Attributes of the answer.</summary>
    public ReadOnlySpan<byte> Response => _attributes.AsSpan(_request, _response);

    public void Save(AttributePacker packer, AttributeValues values, ReadOnlySpan<byte> message)
    {
        MakeRoom(packer.MaxBytes);
        _request = packer.Pack(values, message, _attributes);
    }

    public void SaveResponse(AttributePacker packer, AttributeValues values, ReadOnlySpan<byte> message)
    {
        MakeRoom(_request + packer.MaxBytes);
        _response = packer.Pack(values, message, _attributes.AsSpan(_request));
    }

    private void MakeRoom(int bytes)
    {
        if (_attributes.Length < bytes) Array.Resize(ref _attributes, bytes);
    }
}
