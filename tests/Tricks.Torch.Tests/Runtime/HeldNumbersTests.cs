using System.Reflection;
using TorchSharp;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Runtime;

/// <summary>A number that is collected while libtorch reads it changes a weight in silence, once in many thousand steps; so the calls that allow it are looked for in the code.</summary>
[TestClass]
public class HeldNumbersTests
{
    private const byte Call = 0x28, CallVirtual = 0x6F;

    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    [TestMethod]
    public void No_method_hands_libtorch_a_number_that_nobody_holds()
    {
        var unheld = UnheldMethods();
        var offenders = Methods(typeof(SeededRandom).Assembly)
            .SelectMany(method => Calls(method).Where(unheld.Contains).Select(called => $"{method.DeclaringType}.{method.Name} calls {called}"))
            .Distinct().ToList();
        Assert.IsEmpty(offenders, $"Take {nameof(HeldNumbers)} instead:{Environment.NewLine}{string.Join(Environment.NewLine, offenders)}");
    }

    [TestMethod]
    public void The_search_finds_what_it_looks_for()
    {
        var unheld = UnheldMethods();
        foreach (var careless in (Delegate[])[Fill, Scale, Add])
            Assert.IsTrue(Calls(careless.Method).Any(unheld.Contains), careless.Method.Name);

        static Tensor Fill(Tensor x) => x.fill_(0.5);
        static Tensor Scale(Tensor x) => x * 0.5;
        static Tensor Add(Tensor x) => x + x;
    }

    [TestMethod]
    public void Each_does_what_its_operator_does()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (tensor([1.5, -2.25, 3]), tensor([0.5, 4, -1.0]));
        (Tensor Held, Tensor Plain)[] pairs =
        [
            (x.Times(0.3), x * 0.3),
            (x.DividedBy(0.3), x / 0.3),
            (x.Plus(0.3), x + 0.3),
            (x.Plus(y), x + y),
            (x.clone().MultiplyBy(0.3), x * 0.3),
            (x.clone().DivideBy(0.3), x / 0.3),
            (x.clone().Increase(0.3), x + 0.3),
            (x.clone().Increase(y), x + y),
            (x.clone().Increase(y, 0.3), x.add(y, 0.3)),
            (x.clone().Increment(), x + 1),
            (x.clone().ClampTo(-1, 2), x.clamp(-1, 2)),
        ];
        foreach (var (held, plain) in pairs)
            CollectionAssert.AreEqual(plain.data<double>().ToArray(), held.data<double>().ToArray());
    }

    /// <summary>The implicit conversions to a Scalar, and every method of TorchSharp that uses one, itself or through another.</summary>
    private static HashSet<MethodBase> UnheldMethods()
    {
        var unheld = typeof(Scalar).GetMethods().Where(method => method.Name == "op_Implicit").Cast<MethodBase>().ToHashSet();
        var calls = Methods(typeof(Scalar).Assembly).Select(method => (Method: method, Calls: Calls(method).ToList())).ToList();
        for (var before = 0; before < unheld.Count;)
        {
            before = unheld.Count;
            unheld.UnionWith(calls.Where(entry => entry.Calls.Any(unheld.Contains)).Select(entry => entry.Method));
        }

        return unheld;
    }

    private static IEnumerable<MethodBase> Methods(Assembly assembly) =>
        assembly.GetTypes().SelectMany(type => type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)));

    /// <summary>What a method calls. Bytes of an operand may look like a call, but then name no method.</summary>
    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var i = 0; i + 4 < code.Length; i++)
        {
            if (code[i] is Call or CallVirtual && Resolve(method, BitConverter.ToInt32(code, i + 1)) is { } called)
                yield return called;
        }
    }

    private static MethodBase? Resolve(MethodBase method, int token)
    {
        try
        {
            return method.Module.ResolveMethod(
                token, method.DeclaringType?.GetGenericArguments(), method.IsGenericMethodDefinition ? method.GetGenericArguments() : null);
        }
        catch (Exception e) when (e is ArgumentException or BadImageFormatException)
        {
            return null;
        }
    }
}
