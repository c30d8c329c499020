namespace EniAgent.Netlink;

/// <summary>An object that can be written as the body of a request.</summary>
internal interface IRequestBody
{
    /// <summary>Writes the fixed structure and the attributes.</summary>
    void Write(MessageBuffer buffer);
}
