using System.Runtime.InteropServices;

namespace EniAgent.Netlink;

/// <summary>Constants of linux/filter.h and linux/bpf_common.h, with the kernel's names.</summary>
internal static class FilterUapi
{
    internal const ushort BPF_LD = 0x00;
    internal const ushort BPF_LDX = 0x01;
    internal const ushort BPF_ST = 0x02;
    internal const ushort BPF_ALU = 0x04;
    internal const ushort BPF_JMP = 0x05;
    internal const ushort BPF_RET = 0x06;
    internal const ushort BPF_MISC = 0x07;

    internal const ushort BPF_W = 0x00;
    internal const ushort BPF_H = 0x08;
    internal const ushort BPF_B = 0x10;

    internal const ushort BPF_IMM = 0x00;
    internal const ushort BPF_ABS = 0x20;
    internal const ushort BPF_IND = 0x40;
    internal const ushort BPF_MEM = 0x60;

    internal const ushort BPF_OR = 0x40;
    internal const ushort BPF_LSH = 0x60;
    internal const ushort BPF_RSH = 0x70;

    internal const ushort BPF_JA = 0x00;
    internal const ushort BPF_JEQ = 0x10;
    internal const ushort BPF_JGT = 0x20;
    internal const ushort BPF_JGE = 0x30;
    internal const ushort BPF_K = 0x00;
    internal const ushort BPF_X = 0x08;
    internal const ushort BPF_TAX = 0x00;
    internal const int BPF_MAXINSNS = 4096;

    internal const int SKF_AD_OFF = -0x1000;
    internal const int SKF_AD_NLATTR = 12;
    internal const int SKF_AD_NLATTR_NEST = 16;
}

[StructLayout(LayoutKind.Sequential)]
internal struct sock_filter
{
    public ushort code;
    public byte jt;
    public byte jf;
    public uint k;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct sock_fprog
{
    public ushort len;
    public sock_filter* filter;
}
